namespace SuperRes.Lab.Notebooks.Checking;

/// <summary>What a run said of a claim.</summary>
public enum ClaimVerdict
{
    /// <summary>It holds.</summary>
    Holds,

    /// <summary>This run does not show it, and the claim names where a larger one does.</summary>
    ShownElsewhere,

    /// <summary>It does not hold, and nothing else is named.</summary>
    Fails,
}
