using System.Runtime;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>
/// Runs a cell so that it can be ended even where it watches no token: a managed loop ends between two of its instructions, native code
/// when it returns. What such a cell was about is left as it was at that instant, so it is the last resort.
/// </summary>
internal static class AbortableCell
{
    /// <summary>Runs a cell on the calling thread, to its end.</summary>
    /// <param name="cell">The cell's work.</param>
    /// <param name="file">Its text, for the error.</param>
    /// <param name="sources">The texts of the session.</param>
    /// <param name="abort">Ends the thread's work.</param>
    /// <returns>
    /// Why the cell failed, null where it did not; a task, since what an aborted cell waits for on other threads may still run.
    /// </returns>
    public static Task<CellError?> Run(
        Func<Task<CellError?>> cell, ScriptFile file, ScriptSources sources, CancellationToken abort)
    {
        Task<CellError?>? work = null;
        try
        {
#pragma warning disable SYSLIB0046 // made for exactly this: hosts of scripts that must end code that does not cooperate
            ControlledExecution.Run(() => (work = cell()).Wait(CancellationToken.None), abort);
#pragma warning restore SYSLIB0046
        }
        catch (OperationCanceledException e)
        {
            ConsoleCapture.Renew();
            return work ?? Task.FromResult<CellError?>(ErrorReport.FromException(e, file, null, sources));
        }

        return work!;
    }
}
