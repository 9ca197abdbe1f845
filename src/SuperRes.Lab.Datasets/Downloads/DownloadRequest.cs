namespace SuperRes.Lab.Datasets;

/// <summary>A file to fetch.</summary>
public sealed record DownloadRequest
{
    /// <summary>Where it is, first choice first; the others are mirrors. http and https.</summary>
    public required IReadOnlyList<Uri> Sources { get; init; }

    /// <summary>Where it goes. While it is incomplete it is called the same with ".part" behind.</summary>
    public required string Path { get; init; }

    /// <summary>Its size in bytes; null (the default): not known.</summary>
    public long? Size { get; init; }

    /// <summary>Its SHA-256 in hexadecimal, or the first digits of it; null (the default): not known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Whether a web page may be what is wanted; false by default, and a page is then refused whatever its status.</summary>
    public bool AllowWebPage { get; init; }
}

/// <summary>How far a download is.</summary>
/// <param name="FileName">The file's name.</param>
/// <param name="Received">Bytes that are there, those of earlier runs included.</param>
/// <param name="Total">Bytes in all; null where the server doesn't say.</param>
/// <param name="BytesPerSecond">Rate since this run began; 0 at its very start.</param>
/// <param name="Remaining">Time until the end at this rate; null where it is not known.</param>
public sealed record DownloadProgress(string FileName, long Received, long? Total, double BytesPerSecond, TimeSpan? Remaining);

/// <summary>How a <see cref="Downloader"/> behaves when a server or the network fails.</summary>
public sealed record DownloaderOptions
{
    /// <summary>How many attempts in a row may bring no byte before a source is given up; default 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Wait after the first failure; it doubles with each further one up to <see cref="LongestDelay"/>. Default 1
    /// second.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between attempts, also when a server asks for more; default 30 seconds.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a server may stay silent before the attempt counts as failed; default 30 seconds.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How waits are made; default <see cref="Task.Delay(TimeSpan, CancellationToken)"/>.</summary>
    public Func<TimeSpan, CancellationToken, Task> Delay { get; init; } = Task.Delay;

    /// <summary>Clock for rates; default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
