namespace SuperRes.Lab.Experiments;

/// <summary>How a run stands.</summary>
public enum RunState
{
    /// <summary>It is under way, or was killed.</summary>
    Running,

    /// <summary>All its stages are trained.</summary>
    Complete,

    /// <summary>It was interrupted and can be resumed.</summary>
    Interrupted,

    /// <summary>A loss or a gradient became NaN or infinite.</summary>
    Diverged,
}
