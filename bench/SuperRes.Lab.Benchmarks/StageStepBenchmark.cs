using System.Globalization;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>One step of a stage of the article's training on a GPU: ResNet-34 U-Net with weight norm, vgg16_bn loss, AdamW.</summary>
/// <param name="batch">Images of a batch.</param>
/// <param name="size">Their width and height in pixels.</param>
/// <param name="frozen">Whether the encoder is frozen.</param>
/// <param name="type">What the convolutions compute in.</param>
public sealed class StageStepBenchmark(int batch, int size, bool frozen, ScalarType type)
    : Benchmark(string.Create(
        CultureInfo.InvariantCulture, $"stage-step/{batch}x{size}/{(frozen ? "frozen" : "unfrozen")}/{type.ToString().ToLowerInvariant()}"))
{
    private const int Repetitions = 15;

    /// <summary>The article's four sizes and its unfrozen stage, in both data types; none where there is no GPU, because they take a
    /// processor minutes.</summary>
    public static IEnumerable<StageStepBenchmark> Here =>
        from type in Devices.HasGpu ? new[] { ScalarType.Float32, ScalarType.BFloat16 } : []
        from stage in new[] { (64, 64, true), (32, 128, true), (12, 256, true), (3, 512, true), (3, 512, false) }
        select new StageStepBenchmark(stage.Item1, stage.Item2, stage.Item3, type);

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var step = new ArticleStep(batch, size, type, Devices.Best);
        if (frozen)
        {
            step.Learner.Freeze();
        }

        double seconds = Timing.Median(Step, Repetitions, cancellation);
        return new BenchmarkResult(Name, seconds) { Remark = string.Create(CultureInfo.InvariantCulture, $"{batch / seconds:0} images/s") };

        void Step()
        {
            step.Run();
            if (Devices.HasGpu)
            {
                cuda.synchronize();
            }
        }
    }
}
