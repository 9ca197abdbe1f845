namespace SuperRes.Lab.Experiments;

/// <summary>Whether the encoder starts from ImageNet weights.</summary>
public enum PretrainedEncoder
{
    /// <summary>Where they are in the cache and fit the encoder; otherwise from random weights, with a warning.</summary>
    Auto,

    /// <summary>They must be there.</summary>
    Required,

    /// <summary>Random weights.</summary>
    None,
}
