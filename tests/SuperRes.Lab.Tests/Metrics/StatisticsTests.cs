using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Tests.Metrics;

public sealed class StatisticsTests
{
    // The worked example of scipy.stats.wilcoxon's documentation (Darwin's plants): statistic 24, exact p 0.041259765625.
    private static readonly double[] _plants = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75];

    [Fact]
    public void Wilcoxon_DarwinsPlants_GivesThePublishedP()
        => Assert.Equal(0.041259765625, PairedComparison.WilcoxonPValue(_plants), 1e-12);

    [Fact]
    public void Wilcoxon_AllOfFiveHigher_IsTwoOf32()
    {
        PairedComparison comparison = PairedComparison.Of([1, 2, 3, 4, 5], [0.5, 1, 1, 1, 1]);
        Assert.Equal(2.0 / 32, comparison.PValue, 1e-12);
        Assert.Equal((5, 5), (comparison.Count, comparison.Wins));
        Assert.False(comparison.IsSignificant);
    }

    [Fact]
    public void Wilcoxon_TiedMagnitudes_EqualsTheCountedDistribution()
        // +1 +1 −1: ranks 2, 2, 2; the negative rank sum is 2 or less in 4 of 8 sign patterns, so both sides together hold everything.
        => Assert.Equal(1, PairedComparison.WilcoxonPValue([1, 1, -1]), 1e-12);

    [Fact]
    public void Wilcoxon_ManyPairs_NormalMeetsExact()
    {
        var random = new RandomStream(1, "pairs");
        double[] hundred = [.. Enumerable.Range(0, 100).Select(_ => random.NextGaussian() + 0.2)];
        double exact = PairedComparison.WilcoxonPValue(hundred);
        double normal = PairedComparison.WilcoxonPValue([.. hundred, 1e-9]);
        Assert.InRange(normal, exact * 0.8, exact * 1.2);
    }

    [Fact]
    public void Comparison_EqualFigures_SaysNothingIsBetter()
    {
        PairedComparison comparison = PairedComparison.Of([30, double.PositiveInfinity], [30, double.PositiveInfinity]);
        Assert.Equal(1, comparison.PValue);
        Assert.Equal(0, comparison.Difference.Mean);
        Assert.Contains("not significant", comparison.Describe("a", "b", "dB"));
    }

    [Fact]
    public void Comparison_OtherCounts_AreRefused()
        => Assert.Throws<ArgumentException>(() => PairedComparison.Of([1], [1, 2]));

    [Fact]
    public void Bootstrap_SameSeed_GivesSameInterval()
    {
        MeanInterval interval = Bootstrap.Mean(_plants, seed: 3);
        Assert.Equal(interval, Bootstrap.Mean(_plants, seed: 3));
        Assert.NotEqual(interval, Bootstrap.Mean(_plants, seed: 4));
        Assert.Equal(_plants.Average(), interval.Mean);
    }

    [Fact]
    public void Bootstrap_NormalSample_IsNearTheTextbookInterval()
    {
        var random = new RandomStream(7, "sample");
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => 30 + (2 * random.NextGaussian()))];
        double error = Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / 399 / 400);
        MeanInterval interval = Bootstrap.Mean(values);
        Assert.Equal(interval.Mean - (1.96 * error), interval.Low, 0.1 * error);
        Assert.Equal(interval.Mean + (1.96 * error), interval.High, 0.1 * error);
    }

    [Fact]
    public void Bootstrap_InfiniteValue_GivesInfiniteMean()
        => Assert.Equal(double.PositiveInfinity, Bootstrap.Mean([30, double.PositiveInfinity]).Mean);

    [Fact]
    public void Bootstrap_NoValue_IsRefused() => Assert.Throws<ArgumentException>(() => Bootstrap.Mean([]));
}
