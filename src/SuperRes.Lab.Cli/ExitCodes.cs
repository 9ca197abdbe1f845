namespace SuperRes.Lab.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Something failed that the person can't fix by other input.</summary>
    public const int Failed = 1;

    /// <summary>The arguments or the files they name are wrong.</summary>
    public const int WrongInput = 2;

    /// <summary>Ctrl-C or SIGTERM; what was done is saved.</summary>
    public const int Interrupted = 130;
}
