using System.Globalization;

namespace SuperRes.Lab.Cli.Terminals;

/// <summary>Times and sizes as people write them.</summary>
internal static class Words
{
    /// <summary>"0.4 s", "12 s", "3 min 20 s", "2 h 5 min".</summary>
    public static string Of(TimeSpan time)
    {
        double seconds = Math.Max(0, time.TotalSeconds);
        return seconds switch
        {
            < 9.95 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
            < 59.5 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
            < 3599.5 =>
                string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Round(seconds) / 60} min {(int)Math.Round(seconds) % 60} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 3600)} h {(int)(seconds / 60) % 60} min"),
        };
    }

    /// <summary>"12 ms", "0.4 s".</summary>
    public static string OfShort(double seconds) => seconds < 0.1
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.#} ms") : Of(TimeSpan.FromSeconds(seconds));

    /// <summary>"7.3 kB", "83 MB", "3.5 GB": powers of ten.</summary>
    public static string OfBytes(long bytes)
    {
        (double value, string unit) = bytes switch
        {
            < 1_000 => (bytes, "B"),
            < 1_000_000 => (bytes / 1e3, "kB"),
            < 1_000_000_000 => (bytes / 1e6, "MB"),
            _ => (bytes / 1e9, "GB"),
        };
        return $"{value.ToString(unit == "B" || value >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture)} {unit}";
    }
}
