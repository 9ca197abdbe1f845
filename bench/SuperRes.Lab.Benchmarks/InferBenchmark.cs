using System.Globalization;
using SuperRes.Examples;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>The article's network over one image.</summary>
/// <param name="size">Its width and height in pixels.</param>
/// <param name="type">What the convolutions compute in.</param>
public sealed class InferBenchmark(int size, ScalarType type)
    : Benchmark(string.Create(CultureInfo.InvariantCulture, $"infer/{size}/{type.ToString().ToLowerInvariant()}"))
{
    private const int Repetitions = 7;

    /// <inheritdoc/>
    public override double? MeasurePlain(CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var unet = new Unet([3, 4, 6, 3]);
        Tensor image = rand(1, 3, size, size);
        return Timing.Median(() => Article.Predict(unet, image).Dispose(), Repetitions, cancellation);
    }

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var model = new RestorationModel(new DynamicUnet(new UnetOptions()), new ModelCard(), "article");
        UpscaleNetwork network = UpscaleNetwork.Of(model, type);
        Tensor image = rand(1, 3, size, size);
        double seconds = Timing.Median(() => network.Predict(image).Dispose(), Repetitions, cancellation);
        double rate = Arithmetic.Unet(size) / seconds / 1e9;
        return new BenchmarkResult(Name, seconds) { GigaFlops = rate, FractionOfPeak = rate / peak.Of(type) };
    }
}
