using System.Globalization;

namespace SuperRes.Lab.Cli.Terminals;

/// <summary>A line at intervals, for logs.</summary>
internal sealed class PlainProgress(string title, Terminal terminal, TimeProvider clock, TimeSpan interval) : IProgressView
{
    private readonly Lock _lock = new();
    private long _last = clock.GetTimestamp();

    public void Report(double fraction, string detail)
    {
        lock (_lock)
        {
            if (clock.GetElapsedTime(_last) < interval)
            {
                return;
            }

            _last = clock.GetTimestamp();
        }

        terminal.Note(string.Create(
            CultureInfo.InvariantCulture, $"{title}: {Math.Floor(fraction * 100):0} %{(detail.Length > 0 ? ", " : "")}{detail}"));
    }

    public void Dispose()
    {
        // Nothing is on the screen to be taken away.
    }
}
