namespace SuperRes.Lab.Training;

/// <summary>What the LR finder saw: the smoothed loss while the learning rate rose exponentially, and where to read a rate.</summary>
/// <param name="Rates">The rate in force at each step.</param>
/// <param name="Losses">The smoothed loss after each step; the last may be infinite or NaN.</param>
public sealed record LrFinderResult(IReadOnlyList<double> Rates, IReadOnlyList<double> Losses)
{
    /// <summary>Points left out at the start when a rate is read.</summary>
    public const int SkipStart = 10;

    /// <summary>Points left out at the end.</summary>
    public const int SkipEnd = 5;

    /// <summary>
    /// The rate at which the loss falls steepest (over the index, as fastai reads it); null where there are too few points.
    /// </summary>
    public double? SteepestRate => Read() is { Length: >= 2 } losses ? Rates[SkipStart + SteepestIndex(losses)] : null;

    /// <summary>A tenth of the rate at which the loss is lowest; null where there are too few points.</summary>
    public double? MinimumRateOverTen =>
        Read() is { Length: >= 2 } losses ? Rates[SkipStart + Array.IndexOf(losses, losses.Min())] / 10 : null;

    private static int SteepestIndex(double[] losses)
    {
        int best = 0;
        double lowest = double.PositiveInfinity;
        for (int i = 0; i < losses.Length; i++)
        {
            int before = Math.Max(0, i - 1), after = Math.Min(losses.Length - 1, i + 1);
            double gradient = (losses[after] - losses[before]) / (after - before);
            if (gradient < lowest)
            {
                (best, lowest) = (i, gradient);
            }
        }

        return best;
    }

    private double[] Read() => [.. Losses.Skip(SkipStart).Take(Math.Max(0, Losses.Count - SkipStart - SkipEnd))];
}
