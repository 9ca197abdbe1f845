using SuperRes.Lab.Models;
using TorchSharp;
using AdamW = SuperRes.Lab.Training.AdamW;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>One step of AdamW over the article's 41 million parameters, beside TorchSharp's own.</summary>
public sealed class OptimizerStepBenchmark() : Benchmark("optimizer-step")
{
    private const int Repetitions = 20;

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var unet = new DynamicUnet(new UnetOptions());
        foreach (TorchSharp.Modules.Parameter parameter in unet.parameters())
        {
            parameter.grad = randn_like(parameter);
        }

        using var optimizer = new AdamW(unet.Groups);
        using optim.Optimizer baseline = optim.AdamW(unet.parameters(), 1e-6);
        double[] rates = [1e-6, 1e-6, 1e-6];
        (double seconds, double plain) = Timing.InTurns(() => optimizer.Step(rates, 0.9), () => baseline.step(), Repetitions, cancellation);
        return new BenchmarkResult(Name, seconds) { BaselineSeconds = plain };
    }
}
