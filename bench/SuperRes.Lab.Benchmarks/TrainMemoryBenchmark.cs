using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>The process's memory over three hundred steps of <see cref="TrainStepBenchmark"/>; best in a process of its own, with <c>--only
/// train-memory</c>.</summary>
/// <param name="batch">Images of a batch.</param>
/// <param name="size">Their width and height in pixels.</param>
public sealed class TrainMemoryBenchmark(int batch, int size) : Benchmark(
    string.Create(CultureInfo.InvariantCulture, $"train-memory/{batch}x{size}"))
{
    private const int Early = 50, Late = 300;

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var work = new ArticleStep(batch, size, ScalarType.Float32);
        long early = 0;
        ProcessMemory.ForgetPeak();
        var clock = Stopwatch.StartNew();
        for (int step = 1; step <= Late; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            work.Run();
            early = step == Early ? Environment.WorkingSet : early;
        }

        long late = Environment.WorkingSet;
        return new BenchmarkResult(Name, clock.Elapsed.TotalSeconds / Late)
        {
            Remark = string.Create(
                CultureInfo.InvariantCulture,
                $"{early / 1e6:0} MB after step {Early}, {late / 1e6:0} MB after step {Late} "
                    + $"({(late - early) / (double)early:+0.0 %;-0.0 %}); peak {ProcessMemory.Peak / 1e6:0} MB"),
        };
    }
}
