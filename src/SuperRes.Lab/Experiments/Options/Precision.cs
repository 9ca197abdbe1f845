namespace SuperRes.Lab.Experiments;

/// <summary>What the network computes with while it trains.</summary>
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    Float32,

    /// <summary>bfloat16 activations with float32 parameters.</summary>
    Bfloat16,
}
