using SuperRes.Lab.Models;
using static TorchSharp.torch;
using AdamW = SuperRes.Lab.Training.AdamW;

namespace SuperRes.Lab.Benchmarks;

/// <summary>One step of AdamW over the article's 41 million parameters; the plain way is TorchSharp's own.</summary>
public sealed class OptimizerStepBenchmark() : Benchmark("optimizer-step")
{
    private const int Repetitions = 20;

    /// <inheritdoc/>
    public override double? MeasurePlain(CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using DynamicUnet unet = WithGradients();
        using optim.Optimizer optimizer = optim.AdamW(unet.parameters(), 1e-6);
        return Timing.Median(() => optimizer.step(), Repetitions, cancellation);
    }

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using DynamicUnet unet = WithGradients();
        using var optimizer = new AdamW(unet.Groups);
        return new BenchmarkResult(Name, Timing.Median(() => optimizer.Step([1e-6, 1e-6, 1e-6], 0.9), Repetitions, cancellation));
    }

    private static DynamicUnet WithGradients()
    {
        var unet = new DynamicUnet(new UnetOptions());
        foreach (TorchSharp.Modules.Parameter parameter in unet.parameters())
        {
            parameter.grad = randn_like(parameter);
        }

        return unet;
    }
}
