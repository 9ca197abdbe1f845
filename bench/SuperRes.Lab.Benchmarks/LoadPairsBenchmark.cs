using System.Globalization;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Benchmarks;

/// <summary>
/// A training pair through the mix "all" of <see cref="DegradationPresets"/>: geometry, lighting, degradations of every kind, half the
/// size, JPEG or
/// WebP, and back, out of the pair cache as in training, or, for comparison, out of the image files. The photos are those of data/samples.
/// </summary>
internal sealed class LoadPairsBenchmark(int size, int workers, bool cached)
    : Benchmark($"loader/{size}/{workers}-worker{(workers == 1 ? "" : "s")}{(cached ? "" : "/uncached")}")
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(6);

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        ImageFolder photos = ImageFolder.Scan(Path.Combine(LabFolders.Root, "data", "samples"));
        var options = new BatchLoaderOptions { BatchSize = 16, CropSize = size, Workers = workers, SamplesPerImage = 64 };
        LoaderRate rate;
        if (cached)
        {
            string folder = Directory.CreateTempSubdirectory("superres-bench-").FullName;
            using (PairCache cache = PairCache.Prepare(
                photos, new PairCacheOptions { CropSize = size, Content = CacheContent.Original }, Path.Combine(folder, "samples.pairs"),
                null, cancellation))
            {
                rate = LoaderBenchmark.Measure(cache, DegradationPresets.Find("all"), options, Duration, cancellation);
            }

            Directory.Delete(folder, recursive: true);
        }
        else
        {
            rate = LoaderBenchmark.Measure(photos, DegradationPresets.Find("all"), options, Duration, cancellation);
        }

        string remark = string.Create(CultureInfo.InvariantCulture,
            $"{rate.PairsPerSecond:N0} pairs/s, {rate.BytesPerPair / 1000:0.0} kB of managed memory a pair");
        return new BenchmarkResult(Name, 1 / rate.PairsPerSecond) { Remark = remark };
    }
}
