using System.Globalization;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>The process's memory over three hundred steps of <see cref="TrainStepBenchmark"/>; best in a process of its own, with <c>--only train-memory</c>.</summary>
/// <param name="batch">Images of a batch.</param>
/// <param name="size">Their width and height in pixels.</param>
public sealed class TrainMemoryBenchmark(int batch, int size) : Benchmark(string.Create(CultureInfo.InvariantCulture, $"train-memory/{batch}x{size}"))
{
    private const int Early = 50, Late = 300;

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var pair = new TrainingPair(rand(batch, 3, size, size), rand(batch, 3, size, size));
        using var unet = new DynamicUnet(new UnetOptions());
        using var loss = new FeatureLoss();
        using var learner = new Learner(unet, loss, new MemoryBatches([pair]));
        double[] rates = [1e-6, 1e-5, 1e-4];
        unet.train();
        long early = 0;
        ProcessMemory.ForgetPeak();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (int step = 1; step <= Late; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            learner.TrainStep(pair, rates, 0.9);
            early = step == Early ? Environment.WorkingSet : early;
        }

        long late = Environment.WorkingSet;
        return new BenchmarkResult(Name, clock.Elapsed.TotalSeconds / Late)
        {
            Remark = string.Create(
                CultureInfo.InvariantCulture,
                $"{early / 1e6:0} MB after step {Early}, {late / 1e6:0} MB after step {Late} ({(late - early) / (double)early:+0.0 %;-0.0 %}); peak {ProcessMemory.Peak / 1e6:0} MB"),
        };
    }
}
