namespace SuperRes.Lab.Datasets;

/// <summary>Why an attempt failed.</summary>
/// <param name="message">Part of a sentence, without the address.</param>
/// <param name="retry">Whether the same source may do better on another attempt.</param>
/// <param name="wait">How long the server asks to wait, if it does.</param>
/// <param name="inner">The failure underneath.</param>
internal sealed class DownloadFault(string message, bool retry, TimeSpan? wait = null, Exception? inner = null) : Exception(message, inner)
{
    public bool Retry { get; } = retry;

    public TimeSpan? Wait { get; } = wait;
}
