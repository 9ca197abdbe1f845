namespace SuperRes.Lab.Web.Jobs;

/// <summary>Where a job stands.</summary>
public enum JobState
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It is being computed.</summary>
    Running,

    /// <summary>Its result can be fetched.</summary>
    Done,

    /// <summary>It could not be computed.</summary>
    Failed,

    /// <summary>It was cancelled, or whoever wanted it left.</summary>
    Cancelled,
}
