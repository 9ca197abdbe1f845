using SuperRes.Lab.Native;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>All benchmarks, and how they are run.</summary>
public static class BenchmarkSuite
{
    /// <summary>The benchmarks in the order in which they run.</summary>
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        new TrainStepBenchmark(8, 64, ScalarType.Float32),
        new TrainStepBenchmark(8, 64, ScalarType.BFloat16),
        new TrainStepBenchmark(2, 128, ScalarType.Float32),
        new TrainStepBenchmark(2, 128, ScalarType.BFloat16),
        .. StageStepBenchmark.Here,
        new RanksBenchmark(8, 64, sums: false),
        new RanksBenchmark(8, 64, sums: true),
        new TrainMemoryBenchmark(8, 64),
        new OptimizerStepBenchmark(),
        new InferBenchmark(512, ScalarType.Float32),
        new InferBenchmark(512, ScalarType.BFloat16),
        new EngineStartBenchmark(),
        .. EngineBenchmark.All,
        .. from body in new[] { "unet", "lite-x2" } from megapixels in new[] { 1, 4, 12 } select new AreaBenchmark(body, megapixels),
        new FilesBenchmark(400, 320, 240),
        new FilesBenchmark(1, 4000, 3000),
        new LoadPairsBenchmark(64, workers: 1, cached: true),
        new LoadPairsBenchmark(64, workers: 2, cached: true),
        new LoadPairsBenchmark(64, workers: 1, cached: false),
        new LoadPairsBenchmark(128, workers: 1, cached: true),
        new LoadPairsBenchmark(128, workers: 2, cached: true),
        new LoadPairsBenchmark(128, workers: 1, cached: false),
    ];

    /// <summary>Runs the benchmarks whose names begin with a prefix.</summary>
    /// <param name="only">The prefix; null or empty for all.</param>
    /// <param name="progress">Hears each result as it is there; null for nobody.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <returns>The report.</returns>
    /// <exception cref="InputException">No benchmark's name begins so.</exception>
    public static BenchmarkReport Run(
        string? only = null, IProgress<BenchmarkResult>? progress = null, CancellationToken cancellation = default)
    {
        Benchmark[] chosen = [.. All.Where(benchmark => benchmark.Name.StartsWith(only ?? "", StringComparison.Ordinal))];
        if (chosen.Length == 0)
        {
            throw new InputException($"No benchmark's name begins with \"{only}\"; there are "
                + $"{string.Join(", ", All.Select(benchmark => benchmark.Name))}.");
        }

        NativeRuntime.Initialize(); // the plain baselines' convolutions are torch's own
        MatrixPeak peak = MatrixPeak.Measure(cancellation);
        double?[] plain = [.. chosen.Select(benchmark => benchmark.MeasurePlain(cancellation))];
        var results = new List<BenchmarkResult>();
        foreach ((Benchmark benchmark, double? baseline) in chosen.Zip(plain))
        {
            BenchmarkResult result = benchmark.Measure(peak, cancellation) with { BaselineSeconds = baseline };
            progress?.Report(result);
            results.Add(result);
        }

        return new BenchmarkReport(peak, results);
    }
}
