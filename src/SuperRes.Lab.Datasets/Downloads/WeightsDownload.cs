using SuperRes.Lab.Weights;

namespace SuperRes.Lab.Datasets;

/// <summary>Fetches pretrained weights into the cache, where <see cref="PretrainedWeights"/> finds them.</summary>
public static class WeightsDownload
{
    /// <summary>Fetches a file unless it is there already.</summary>
    /// <param name="name">Such as "resnet34".</param>
    /// <param name="downloader">What fetches it.</param>
    /// <param name="progress">Receives the progress; null for none.</param>
    /// <param name="cacheFolder">Another folder than <see cref="PretrainedWeights.CacheFolder"/>.</param>
    /// <param name="cancellation">Stops it; what came is kept for the next run.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="InputException">There is no such name, or it could not be fetched; the message says why and where to put it by
    /// hand.</exception>
    public static string Fetch(string name, Downloader downloader, Action<DownloadProgress>? progress = null, string? cacheFolder = null,
        CancellationToken cancellation = default) =>
        Fetch(PretrainedWeights.Get(name), downloader, progress, cacheFolder, cancellation);

    /// <summary>The same for a file that need not be in the list.</summary>
    internal static string Fetch(PretrainedWeight weight, Downloader downloader, Action<DownloadProgress>? progress, string? cacheFolder,
        CancellationToken cancellation)
    {
        var request = new DownloadRequest
        {
            Sources = weight.Sources,
            Path = PretrainedWeights.PathOf(weight, cacheFolder),
            Size = weight.Size,
            Sha256 = weight.Sha256,
        };
        return downloader.Fetch(request, progress, cancellation);
    }
}
