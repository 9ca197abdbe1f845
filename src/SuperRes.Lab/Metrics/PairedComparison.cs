namespace SuperRes.Lab.Metrics;

/// <summary>Whether one model's figures differ from another's on the same images: Wilcoxon's signed-rank test and a bootstrap
/// interval.</summary>
/// <param name="Count">How many images.</param>
/// <param name="Wins">On how many of them the first figure is higher.</param>
/// <param name="Difference">The mean of first minus second, with its confidence interval.</param>
/// <param name="PValue">Two-sided probability of ranks this uneven if neither were better; 1 where no pair differs.</param>
public sealed record PairedComparison(int Count, int Wins, MeanInterval Difference, double PValue)
{
    private const int ExactUpTo = 100;

    /// <summary>Whether the difference is significant at the 5 % level.</summary>
    public bool IsSignificant => PValue < 0.05;

    /// <summary>Compares paired figures, such as the PSNR of two models on the same images.</summary>
    /// <param name="first">The first model's figures.</param>
    /// <param name="second">The second model's, in the same order.</param>
    /// <param name="confidence">Confidence of the interval. Default: 0.95.</param>
    /// <param name="seed">Seed of the bootstrap. Default: 0.</param>
    /// <returns>The comparison. Pairs that are both infinite (both perfect) count as equal.</returns>
    /// <exception cref="ArgumentException">The lists are empty or differ in length.</exception>
    public static PairedComparison Of(IReadOnlyList<double> first, IReadOnlyList<double> second, double confidence = 0.95, long seed = 0)
    {
        if (first.Count != second.Count)
        {
            throw new ArgumentException($"Paired figures come in equal numbers; there are {first.Count} and {second.Count}.",
                nameof(second));
        }

        double[] differences = [.. first.Zip(second, (a, b) => a == b ? 0 : a - b)];
        return new(
            first.Count, differences.Count(d => d > 0), Bootstrap.Mean(differences, confidence, seed: seed), WilcoxonPValue(differences));
    }

    /// <summary>One sentence for a report.</summary>
    /// <param name="first">The first model's name.</param>
    /// <param name="second">The second model's name.</param>
    /// <param name="measure">The figure's name and unit, such as "dB PSNR-Y".</param>
    /// <returns>The sentence.</returns>
    public string Describe(string first, string second, string measure)
        => FormattableString.Invariant($"{first} − {second}: {Signed(Difference.Mean)} {measure} ({Difference.Confidence:P0} interval ")
            + $"{Signed(Difference.Low)} … {Signed(Difference.High)}), higher on {Wins} of {Count} images, "
            + FormattableString.Invariant($"Wilcoxon p = {PValue:0.####}: {(IsSignificant ? "significant" : "not significant")} at 5 %.");

    private static string Signed(double value) => double.IsInfinity(value) ? value > 0 ? "+∞" : "−∞"
        : FormattableString.Invariant($"{value:+0.000;−0.000;0.000}");

    /// <summary>Two-sided p of the signed-rank test; zeros dropped, ties at their mean rank; exact up to 100 pairs, normal
    /// beyond.</summary>
    internal static double WilcoxonPValue(IReadOnlyList<double> differences)
    {
        double[] nonzero = [.. differences.Where(d => d != 0).OrderBy(Math.Abs)];
        if (nonzero.Length == 0)
        {
            return 1;
        }

        int[] doubledRanks = DoubledRanks(nonzero);
        long positive = 0, total = 0;
        for (int i = 0; i < nonzero.Length; i++)
        {
            total += doubledRanks[i];
            positive += nonzero[i] > 0 ? doubledRanks[i] : 0;
        }

        long smaller = Math.Min(positive, total - positive);
        return nonzero.Length <= ExactUpTo ? Exact(doubledRanks, (int)smaller, (int)total) : Normal(doubledRanks, smaller, total);
    }

    /// <summary>Twice the rank of each magnitude, so that the half ranks of ties are whole numbers.</summary>
    private static int[] DoubledRanks(double[] sortedByMagnitude)
    {
        var ranks = new int[sortedByMagnitude.Length];
        for (int start = 0; start < ranks.Length;)
        {
            int end = start + 1;
            while (end < ranks.Length && Math.Abs(sortedByMagnitude[end]) == Math.Abs(sortedByMagnitude[start]))
            {
                end++;
            }

            ranks.AsSpan(start..end).Fill(start + 1 + end);
            start = end;
        }

        return ranks;
    }

    private static double Exact(int[] doubledRanks, int smaller, int total)
    {
        // probability[s]: that the ranks with a positive sign sum to s, each sign being a fair coin.
        var probability = new double[total + 1];
        probability[0] = 1;
        foreach (int rank in doubledRanks)
        {
            for (int sum = total; sum >= 0; sum--)
            {
                probability[sum] = 0.5 * (probability[sum] + (sum >= rank ? probability[sum - rank] : 0));
            }
        }

        double tail = 0;
        for (int sum = 0; sum <= smaller; sum++)
        {
            tail += probability[sum];
        }

        return Math.Min(1, 2 * tail);
    }

    private static double Normal(int[] doubledRanks, long smaller, long total)
    {
        // Under the null hypothesis the doubled statistic has mean total / 2 and variance Σ(doubled rank)² / 4, ties included.
        double deviation = Math.Sqrt(doubledRanks.Sum(r => (double)r * r) / 4);
        double z = Math.Min(0, (smaller + 1 - (total / 2.0)) / deviation);
        return Math.Min(1, 2 * NormalBelow(z));
    }

    /// <summary>The normal distribution function for z ≤ 0 (Abramowitz and Stegun 26.2.17; error below 7.5e-8).</summary>
    private static double NormalBelow(double z)
    {
        double t = 1 / (1 - (0.2316419 * z));
        double polynomial = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * polynomial;
    }
}
