namespace SuperRes.Lab.Training;

/// <summary>
/// A learning rate for all layer groups, or a range over them (fastai's <c>slice</c>): the first group gets the start, the last the stop,
/// those between them evenly spaced factors; without a start every group but the last gets a tenth of the stop.
/// </summary>
/// <param name="Start">The first group's rate; null for a tenth of the stop.</param>
/// <param name="Stop">The last group's rate.</param>
/// <param name="IsUniform">Whether every group gets the stop.</param>
[System.Text.Json.Serialization.JsonConverter(typeof(LrSliceJsonConverter))]
public readonly record struct LrSlice(double? Start, double Stop, bool IsUniform = false)
{
    // The article's own slice(3e-3,1e-3) falls by three. What falls by more is 1.5e-4 typed as 1,5e-4.
    private const double MostFall = 10;

    /// <summary>A range from a tenth of a rate, fastai's <c>slice(stop)</c>.</summary>
    /// <param name="stop">The last group's rate.</param>
    public LrSlice(double stop)
        : this(null, stop)
    {
    }

    /// <summary>The same rate for every group.</summary>
    /// <param name="rate">The rate.</param>
    public static implicit operator LrSlice(double rate) => new(rate, rate, IsUniform: true);

    /// <summary>The rate of each group.</summary>
    /// <param name="groups">How many groups there are, at least 1.</param>
    /// <returns>One rate a group.</returns>
    public double[] Spread(int groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        var rates = new double[groups];
        Array.Fill(rates, IsUniform ? Stop : Stop / 10);
        rates[^1] = Stop;
        if (!IsUniform && Start is { } start && groups > 1)
        {
            double step = Math.Pow(Stop / start, 1.0 / (groups - 1));
            for (int i = 0; i < groups; i++)
            {
                rates[i] = start * Math.Pow(step, i);
            }
        }

        return rates;
    }

    /// <summary>Reads a rate, such as 1e-3, or a slice, such as slice(1e-3) or slice(1e-6,1e-4).</summary>
    /// <param name="text">The text.</param>
    /// <param name="slice">The slice.</param>
    /// <returns>Whether it is one with rates above zero, of which the first is at most ten times the last.</returns>
    public static bool TryParse(string text, out LrSlice slice)
    {
        slice = default;
        string inner = text.Trim();
        bool isSlice = inner.StartsWith("slice(", StringComparison.Ordinal) && inner.EndsWith(')');
        string[] parts = (isSlice ? inner[6..^1] : inner).Split(',', StringSplitOptions.TrimEntries);
        var rates = new List<double>();
        foreach (string part in parts)
        {
            if (!NumberText.TryReal(part, out double rate) || rate <= 0)
            {
                return false;
            }

            rates.Add(rate);
        }

        slice = (isSlice, rates.Count) switch
        {
            (false, 1) => rates[0],
            (true, 1) => new LrSlice(rates[0]),
            (true, 2) => new LrSlice(rates[0], rates[1]),
            _ => default,
        };
        return slice.Stop > 0 && !(slice.Start > slice.Stop * MostFall);
    }

    /// <summary>The text that <see cref="TryParse"/> reads.</summary>
    /// <returns>1e-3, slice(1e-3) or slice(1e-6,1e-4).</returns>
    public override string ToString() => IsUniform
        ? Number(Stop)
        : Start is { } start ? $"slice({Number(start)},{Number(Stop)})" : $"slice({Number(Stop)})";

    private static string Number(double value) => value.ToString("0.######e-0", System.Globalization.CultureInfo.InvariantCulture);
}
