using System.Globalization;

namespace SuperRes.Lab.Cli.Terminals;

/// <summary>A bar on the terminal's last line. It leaves while other text is written and comes back with the next report.</summary>
/// <remarks>It is drawn by whoever reports: a task that redraws it could not be waited for where the program ends in the middle of a
/// report.</remarks>
internal sealed class LiveProgress(TextWriter error, string title, int width) : IProgressView
{
    private const int BarWidth = 30;
    private const string ClearLine = "\r\e[2K";
    private readonly Lock _lock = new();
    private bool _shown;
    private bool _disposed;

    public void Report(double fraction, string detail)
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            double share = Math.Clamp(fraction, 0, 1);
            int full = (int)(share * BarWidth);
            string text =
                string.Create(CultureInfo.InvariantCulture, $" {share * 100,3:0}% {(detail.Length > 0 ? $"{title}: {detail}" : title)}");
            int room = Math.Max(0, width - BarWidth - 1);
            error.Write($"{ClearLine}\e[32m{new string('━', full)}\e[90m{new string('━', BarWidth - full)}\e[0m"
                + $"{(text.Length <= room ? text : text[..room])}");
            error.Flush();
            _shown = true;
        }
    }

    /// <summary>Takes the bar off the screen.</summary>
    public void Pause()
    {
        lock (_lock)
        {
            if (_shown)
            {
                error.Write(ClearLine);
                error.Flush();
                _shown = false;
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Pause();
            _disposed = true;
        }
    }
}
