using SuperRes.Lab.Datasets;

namespace SuperRes.Lab.Cli.Terminals;

/// <summary>A download's progress in words.</summary>
internal static class Downloads
{
    public static string Describe(DownloadProgress progress)
        => Words.OfBytes(progress.Received)
            + (progress.Total is { } total ? $" of {Words.OfBytes(total)}" : "")
            + (progress.BytesPerSecond > 0 ? $", {Words.OfBytes((long)progress.BytesPerSecond)}/s" : "")
            + (progress.Remaining is { } left ? $", {Words.Of(left)} left" : "");
}
