namespace SuperRes.Lab.Cli;

/// <summary>What a command finds around it: who watches, the environment, the clock.</summary>
internal sealed record ConsoleEnvironment
{
    private const int WidthOfFiles = 100, NarrowestHelp = 60, WidestHelp = 120;

    /// <summary>Whether a person watches the error stream: colour and moving bars are for them. Default: false.</summary>
    public bool IsWatched { get; init; }

    /// <summary>Whether what is written to the output stands on a terminal. Default: false.</summary>
    public bool IsOutputWatched { get; init; }

    /// <summary>Columns of help texts. Default: 100.</summary>
    public int Width { get; init; } = WidthOfFiles;

    /// <summary>Reads a variable of the environment. Default: the process's.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Looks at the process's own streams.</summary>
    public static ConsoleEnvironment OfProcess() => new()
    {
        IsWatched = !Console.IsErrorRedirected && WantsColour(System.Environment.GetEnvironmentVariable),
        IsOutputWatched = !Console.IsOutputRedirected,
        Width = Console.IsOutputRedirected ? WidthOfFiles : TerminalWidth(),
    };

    /// <summary>Whether nothing in the environment speaks against colour and moving bars (no-color.org; build servers set CI).</summary>
    public static bool WantsColour(Func<string, string?> environment)
        => string.IsNullOrEmpty(environment("NO_COLOR")) && string.IsNullOrEmpty(environment("CI"))
            && !string.Equals(environment("TERM"), "dumb", StringComparison.Ordinal);

    private static int TerminalWidth()
    {
        try
        {
            return Math.Clamp(Console.WindowWidth, NarrowestHelp, WidestHelp);
        }
        catch (IOException)
        {
            return WidthOfFiles;
        }
    }
}
