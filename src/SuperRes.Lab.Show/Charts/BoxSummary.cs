namespace SuperRes.Lab.Show;

/// <summary>What a box plot shows of a sample (Tukey): quartiles, whiskers to the last value within 1.5 interquartile ranges,
/// outliers.</summary>
internal sealed record BoxSummary(
    double LowerWhisker, double LowerQuartile, double Median, double UpperQuartile, double UpperWhisker, double[] Outliers)
{
    /// <summary>Summarises a sample.</summary>
    /// <param name="sample">Finite values in any order.</param>
    /// <returns>The summary; all NaN for an empty sample.</returns>
    public static BoxSummary Of(double[] sample)
    {
        if (sample.Length == 0)
        {
            return new BoxSummary(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, []);
        }

        double[] sorted = [.. sample.Order()];
        (double lower, double upper) = (Quantile(sorted, 0.25), Quantile(sorted, 0.75));
        double reach = 1.5 * (upper - lower);
        double[] inside = sorted.Where(v => v >= lower - reach && v <= upper + reach).ToArray();
        return new BoxSummary(
            Math.Min(inside[0], lower), lower, Quantile(sorted, 0.5), upper, Math.Max(inside[^1], upper),
            sorted.Where(v => v < lower - reach || v > upper + reach).ToArray());
    }

    /// <summary>Linear interpolation between order statistics, as NumPy and R (type 7) do by default.</summary>
    private static double Quantile(double[] sorted, double fraction)
    {
        double position = fraction * (sorted.Length - 1);
        int below = (int)position;
        return below + 1 < sorted.Length ? sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
