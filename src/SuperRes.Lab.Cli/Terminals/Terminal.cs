namespace SuperRes.Lab.Cli.Terminals;

/// <summary>Results go to the output, everything else to the error stream, in colour where a person watches.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, ConsoleEnvironment environment) : IDisposable
{
    private const int UnknownWidth = 80;
    private static readonly TimeSpan _plainInterval = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private LiveProgress? _live;

    /// <summary>Whether results, remarks and progress are left out: another process of the same work writes them.</summary>
    public bool IsMuted { get; set; }

    /// <summary>Writes a result: one or more lines to the output.</summary>
    public void Result(string text) => Write(output, text);

    /// <summary>Writes a remark to the error stream.</summary>
    public void Note(string text) => Write(error, text);

    /// <summary>Writes a remark that the person should not miss.</summary>
    public void Warning(string text) => Labelled("warning:", "\e[33m", text);

    /// <summary>Writes what went wrong.</summary>
    public void Error(string text) => Labelled("error:", "\e[31m", text);

    /// <summary>Shows how far work is: a bar where a person watches, otherwise a line every ten seconds.</summary>
    /// <param name="title">What is going on.</param>
    /// <returns>The view; dispose it when the work ends.</returns>
    public IProgressView StartProgress(string title)
    {
        lock (_lock)
        {
            return environment.IsWatched && !IsMuted
                ? _live = new LiveProgress(error, title, Width())
                : new PlainProgress(title, this, environment.Clock, _plainInterval);
        }
    }

    /// <summary>Takes a bar off the screen, as before a message that ends the program.</summary>
    public void ClearProgress()
    {
        lock (_lock)
        {
            _live?.Pause();
        }
    }

    public void Dispose() => ClearProgress();

    private void Write(TextWriter writer, string text)
    {
        if (IsMuted)
        {
            return;
        }

        lock (_lock)
        {
            // The bar comes back with its next report.
            _live?.Pause();
            writer.WriteLine(text);
        }
    }

    private void Labelled(string label, string colour, string text)
    {
        lock (_lock)
        {
            _live?.Pause();
            error.WriteLine(environment.IsWatched ? $"{colour}{label}\e[0m {text}" : $"{label} {text}");
        }
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth is > 0 and int width ? width : UnknownWidth;
        }
        catch (IOException)
        {
            return UnknownWidth;
        }
    }
}
