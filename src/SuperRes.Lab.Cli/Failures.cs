using SuperRes.Lab.Cli.Terminals;

namespace SuperRes.Lab.Cli;

/// <summary>What a failure says to the person, and the process's exit code for it.</summary>
internal static class Failures
{
    public static int Report(Exception failure, Terminal terminal, bool verbose, CancellationToken cancellation)
    {
        (string message, int code) = failure switch
        {
            OperationCanceledException when cancellation.IsCancellationRequested => (null!, ExitCodes.Interrupted),
            InputException => (OneLine(failure.Message), ExitCodes.WrongInput),
            _ when NativeLoadAdvice.IsLoadFailure(failure) =>
                ("torch can't be loaded: " + NativeLoadAdvice.Explain(failure), ExitCodes.Failed),
            OutOfMemoryException => ("the memory is used up: use smaller images, batches or tiles.", ExitCodes.Failed),
            _ => (FirstLine(failure), ExitCodes.Failed),
        };
        if (code == ExitCodes.Interrupted)
        {
            terminal.Note("Interrupted; what was finished is saved.");
            return code;
        }

        terminal.Error(message);
        if (verbose)
        {
            terminal.Note(failure.ToString());
        }
        else if (code == ExitCodes.Failed)
        {
            terminal.Note("Run it again with --verbose for the details.");
        }

        return code;
    }

    private static string OneLine(string message)
        => string.Join(' ', message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The innermost message's first line: torch appends its C++ stack to messages, and runtime wrappers say nothing.</summary>
    private static string FirstLine(Exception failure)
    {
        Exception shown = failure;
        while (shown is AggregateException or TypeInitializationException or System.Reflection.TargetInvocationException
            && shown.InnerException is { } inner)
        {
            shown = inner;
        }

        string line = shown.Message.Split('\n')[0].Trim();
        return line.Length > 0 ? line : shown.GetType().Name;
    }
}
