using System.Diagnostics;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Benchmarks;

/// <summary>How fast a loader feeds.</summary>
/// <param name="PairsPerSecond">Median over the parts of the measurement.</param>
/// <param name="BytesPerPair">Managed memory taken per pair, which the garbage collector has to clear again.</param>
/// <param name="Pairs">Pairs that were read.</param>
internal sealed record LoaderRate(double PairsPerSecond, double BytesPerPair, long Pairs);

/// <summary>Measures loaders; nothing else uses the batches meanwhile.</summary>
internal static class LoaderBenchmark
{
    private const int Parts = 5;

    /// <summary>Reads batches for a while.</summary>
    /// <param name="source">The photos.</param>
    /// <param name="degradations">How a pair is made.</param>
    /// <param name="options">Sizes and workers.</param>
    /// <param name="duration">How long to measure, after a fifth of it to warm up.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <returns>The rate.</returns>
    /// <exception cref="InputException">A photo or an option can't be used.</exception>
    public static LoaderRate Measure(
        PhotoSource source, DegradationOptions degradations, BatchLoaderOptions options, TimeSpan duration,
            CancellationToken cancellation = default)
    {
        using var loader = new BatchLoader(source, degradations, options);
        Read(loader, duration / Parts, cancellation);
        long before = GC.GetTotalAllocatedBytes(precise: true), pairs = 0;
        double[] rates = new double[Parts];
        for (int part = 0; part < Parts; part++)
        {
            (double rate, long count) = Read(loader, duration / Parts, cancellation);
            rates[part] = rate;
            pairs += count;
        }

        Array.Sort(rates);
        return new LoaderRate(rates[Parts / 2], (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / pairs, pairs);
    }

    private static (double Rate, long Pairs) Read(BatchLoader loader, TimeSpan duration, CancellationToken cancellation)
    {
        long pairs = 0;
        var watch = Stopwatch.StartNew();
        do
        {
            using Batch batch = loader.Next(cancellation);
            pairs += batch.Count;
        }
        while (watch.Elapsed < duration);
        return (pairs / watch.Elapsed.TotalSeconds, pairs);
    }
}
