using System.Globalization;
using SuperRes.Lab.Distributed;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>
/// The article's training step on the ranks of a launcher, or the time in it that sums over the ranks take, with waiting for slower ones.
/// Each rank has as many images, however many ranks there are: twice as many train twice as much in the time of a step.
/// </summary>
/// <param name="batch">Images of each rank.</param>
/// <param name="size">Their width and height in pixels.</param>
/// <param name="sums">Whether the sums are measured instead of the step.</param>
public sealed class RanksBenchmark(int batch, int size, bool sums)
    : Benchmark(string.Create(CultureInfo.InvariantCulture, $"ranks/{batch}x{size}/{(sums ? "sums" : "step")}"))
{
    private const int Repetitions = 5;

    /// <inheritdoc/>
    public override BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation)
    {
        var ranks = new TimedRanks(Ranks.Current);
        using var scope = NewDisposeScope();
        using var step = new ArticleStep(batch, size, ScalarType.Float32, ranks: ranks);
        var summing = new List<double>();
        double seconds = Timing.Median(Step, Repetitions, cancellation), inSums = Timing.Median(summing[^Repetitions..]);
        return new BenchmarkResult(Name, sums ? inSums : seconds)
        {
            Remark = string.Create(CultureInfo.InvariantCulture,
                $"ranks: {ranks.Size}, {ranks.Size * batch / seconds:0.0} images/s, {inSums / seconds:0 %} in sums"),
        };

        void Step()
        {
            ranks.Seconds = 0;
            step.Run();
            summing.Add(ranks.Seconds);
        }
    }
}
