using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Notebooks.Running;

/// <summary>How a notebook's run ended.</summary>
public enum NotebookRunStatus
{
    /// <summary>Every cell ran to its end.</summary>
    Completed,

    /// <summary>A cell failed; those after it did not run.</summary>
    Failed,

    /// <summary>The run ended before its turn.</summary>
    NotRun,
}

/// <summary>One notebook of a run.</summary>
public sealed record NotebookRun
{
    /// <summary>The notebook's path as it was given.</summary>
    public required string Path { get; init; }

    /// <summary>How it ended.</summary>
    public required NotebookRunStatus Status { get; init; }

    /// <summary>The notebook with the outputs of this run; of one that did not run, as it was read.</summary>
    public required Notebook Executed { get; init; }

    /// <summary>Where the executed copy was written; null where none was.</summary>
    public string? OutputPath { get; init; }

    /// <summary>The failure that ended it; null where there was none.</summary>
    public CellError? Error { get; init; }

    /// <summary>How many of its code cells ran, the failed one included.</summary>
    public int CellsRun { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The most managed memory in use while it ran, in bytes, sampled.</summary>
    public long PeakManagedBytes { get; init; }

    /// <summary>The most memory of the whole process in use while it ran (tensors included), in bytes, sampled.</summary>
    public long PeakResidentBytes { get; init; }
}

/// <summary>What a run of notebooks gave.</summary>
/// <param name="Notebooks">Every notebook of the run, in order, those not reached included.</param>
/// <param name="Elapsed">How long all took.</param>
/// <param name="Interrupted">True where a person ended the run.</param>
public sealed record NotebookRunReport(IReadOnlyList<NotebookRun> Notebooks, TimeSpan Elapsed, bool Interrupted)
{
    /// <summary>True where every notebook ran to its end.</summary>
    public bool Succeeded => Notebooks.All(notebook => notebook.Status == NotebookRunStatus.Completed);
}
