namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>What is said of a cell that was stopped from outside.</summary>
internal static class StopErrors
{
    /// <summary>Whether the cell's failure is no more than its answer to the request to stop.</summary>
    public static bool IsCancellation(CellError error) =>
        error.Kind == CellErrorKind.Exception && error.Name is nameof(OperationCanceledException) or nameof(TaskCanceledException);

    /// <summary>The cell ended when it was asked to; <paramref name="seen"/> says where it stood.</summary>
    public static CellError Stopped(ScriptFile cell, ScriptSessionOptions options, bool timeLimit, CellError? seen) => new()
    {
        Kind = timeLimit ? CellErrorKind.TimeLimit : CellErrorKind.Interrupted,
        Name = timeLimit ? "TimeLimit" : "Interrupted",
        Message = Reason(options, timeLimit) + ".",
        Cell = cell.Number,
        Line = seen?.Line,
        SourceLine = seen?.SourceLine,
    };

    /// <summary>The cell runs on, and nobody waits for it any more.</summary>
    public static CellError Abandoned(ScriptFile cell, ScriptSessionOptions options, bool timeLimit) => new()
    {
        Kind = CellErrorKind.Abandoned,
        Name = timeLimit ? "TimeLimit" : "Interrupted",
        Message =
            $"{Reason(options, timeLimit)}, but still ran {Seconds(options.StopGrace)} after it was asked to stop, and was left behind; "
            + "let its long calls watch Interruption.Token.",
        Cell = cell.Number,
    };

    private static string Reason(ScriptSessionOptions options, bool timeLimit) =>
        timeLimit ? $"The cell passed its time limit of {Seconds(options.CellTimeLimit ?? TimeSpan.Zero)}" : "The cell was interrupted";

    private static string Seconds(TimeSpan span) => $"{span.TotalSeconds:0.###} s";
}
