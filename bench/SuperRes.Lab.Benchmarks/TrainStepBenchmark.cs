using System.Globalization;
using SuperRes.Examples;
using TorchSharp.Modules;
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
        using var unet = new Unet([3, 4, 6, 3]);
        using Sequential vgg = PlainVgg16.Create();
        FeatureLoss loss = FeatureLoss.Course(vgg);
        using AdamW optimizer = optim.AdamW(unet.parameters(), 1e-6, weight_decay: 1e-3);
        Tensor input = rand(batch, 3, size, size), target = rand(batch, 3, size, size);
        return Timing.Median(() => Article.Step(unet, loss, optimizer, input, target), Repetitions, cancellation);
    }

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var step = new ArticleStep(batch, size, type);
        double seconds = Timing.Median(step.Run, Repetitions, cancellation);
        double rate = batch * Arithmetic.TrainStep(size) / seconds / 1e9;
        return new BenchmarkResult(Name, seconds) { GigaFlops = rate, FractionOfPeak = rate / peak.Of(type) };
    }
}
