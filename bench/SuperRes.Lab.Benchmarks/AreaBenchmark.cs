using System.Globalization;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>A whole picture through the upscaler, tiles and all: the seconds of each megapixel should be the same at every size.</summary>
/// <param name="body">"unet": a small U-Net of the article's with random weights; otherwise a shipped model, in its fastest
/// arithmetic.</param>
/// <param name="megapixels">Pixels of the result, in millions.</param>
public sealed class AreaBenchmark(string body, int megapixels)
    : Benchmark(string.Create(CultureInfo.InvariantCulture, $"infer/area/{body}/{megapixels}mp"))
{
    private const int Repetitions = 3;

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using RestorationModel model = Model();
        var upscaler = new Upscaler(model, new() { Dtype = model.FastType });
        double side = Math.Sqrt(megapixels * 1e6) / model.Scale;
        var photo = new RgbImage((int)(side * 1.15), (int)(side / 1.15));
        double seconds = Timing.Samples(() => upscaler.Upscale(photo, cancellation: cancellation), Repetitions, cancellation).Order()
            .ElementAt(Repetitions / 2);
        return new BenchmarkResult(Name, seconds) { Remark = string.Create(
            CultureInfo.InvariantCulture, $"{seconds / megapixels:0.000} s per megapixel of the result") };
    }

    private RestorationModel Model() => body == "unet"
        ? new(
            new DynamicUnet(new UnetOptions { Body = "resnet18", Width = 0.125, Blocks = [1, 1, 1, 1], Norm = NormType.Batch }),
            new ModelCard(), body)
        : RestorationModel.Load(Path.Combine(LabFolders.Models, body + ".safetensors"));
}
