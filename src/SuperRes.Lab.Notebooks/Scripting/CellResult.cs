namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>How one run of a cell ended.</summary>
public sealed class CellResult
{
    private readonly CellRun _run;

    internal CellResult(CellRun run, CellError? error, TimeSpan elapsed)
    {
        _run = run;
        Error = error;
        Elapsed = elapsed;
    }

    /// <summary>What the cell put out, the error last; shown values as they stand now, since later cells may update them.</summary>
    public IReadOnlyList<CellOutput> Outputs => _run.Snapshot();

    /// <summary>Why it failed; null where it ran to its end.</summary>
    public CellError? Error { get; }

    /// <summary>How long it ran.</summary>
    public TimeSpan Elapsed { get; }
}
