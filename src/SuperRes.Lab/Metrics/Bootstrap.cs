namespace SuperRes.Lab.Metrics;

/// <summary>A mean, and the interval that holds the true mean with the given confidence.</summary>
/// <param name="Mean">The mean of the values.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Confidence">Such as 0.95.</param>
public sealed record MeanInterval(double Mean, double Low, double High, double Confidence);

/// <summary>Confidence intervals by resampling (Efron's percentile bootstrap); the same seed gives the same interval.</summary>
public static class Bootstrap
{
    /// <summary>The mean of values and its confidence interval.</summary>
    /// <param name="values">One figure per image; at least one.</param>
    /// <param name="confidence">Between 0 and 1. Default: 0.95.</param>
    /// <param name="resamples">How many samples of the same size are drawn with replacement. Default: 10,000.</param>
    /// <param name="seed">Seed of the draws. Default: 0.</param>
    /// <returns>The interval between the quantiles of the resampled means; infinite values give an infinite mean.</returns>
    /// <exception cref="ArgumentException">There is no value, or an option is outside its range.</exception>
    public static MeanInterval Mean(IReadOnlyList<double> values, double confidence = 0.95, int resamples = 10_000, long seed = 0)
    {
        if (values.Count == 0)
        {
            throw new ArgumentException("A mean needs at least one value.", nameof(values));
        }

        if (confidence is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence lies between 0 and 1.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        var random = new RandomStream(seed, "bootstrap");
        var means = new double[resamples];
        for (int i = 0; i < resamples; i++)
        {
            double sum = 0;
            for (int j = 0; j < values.Count; j++)
            {
                sum += values[random.NextInt(values.Count)];
            }

            means[i] = sum / values.Count;
        }

        Array.Sort(means);
        double tail = (1 - confidence) / 2;
        return new(values.Average(), Quantile(means, tail), Quantile(means, 1 - tail), confidence);
    }

    private static double Quantile(double[] sorted, double fraction)
    {
        double position = fraction * (sorted.Length - 1);
        int below = (int)position;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        // Two equal ends may both be infinite, whose difference is no number.
        return sorted[below] == above ? above : sorted[below] + ((position - below) * (above - sorted[below]));
    }
}
