using System.Globalization;
using SuperRes.Lab.Benchmarks.Plain;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>One step of the article's training with everything trainable: ResNet-34 U-Net with weight norm, vgg16_bn loss, AdamW.</summary>
/// <param name="batch">Images of a batch.</param>
/// <param name="size">Their width and height in pixels.</param>
/// <param name="type">What the convolutions compute in.</param>
public sealed class TrainStepBenchmark(int batch, int size, ScalarType type)
    : Benchmark(string.Create(CultureInfo.InvariantCulture, $"train-step/{batch}x{size}/{type.ToString().ToLowerInvariant()}"))
{
    private const int Repetitions = 7;

    /// <inheritdoc/>
    public override double? MeasurePlain(CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var plain = new PlainTraining();
        Tensor input = rand(batch, 3, size, size), target = rand(batch, 3, size, size);
        return Timing.Median(() => plain.Step(input, target), Repetitions, cancellation);
    }

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var pair = new TrainingPair(rand(batch, 3, size, size), rand(batch, 3, size, size));
        using var unet = new DynamicUnet(new UnetOptions()) { ComputeType = type };
        using var loss = new FeatureLoss { ComputeType = type };
        using var learner = new Learner(unet, loss, new MemoryBatches([pair]));
        double[] rates = [1e-6, 1e-5, 1e-4];
        unet.train();
        double seconds = Timing.Median(() => learner.TrainStep(pair, rates, 0.9), Repetitions, cancellation);
        double rate = batch * Arithmetic.TrainStep(size) / seconds / 1e9;
        return new BenchmarkResult(Name, seconds) { GigaFlops = rate, FractionOfPeak = rate / peak.Of(type) };
    }
}
