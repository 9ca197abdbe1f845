namespace SuperRes.Lab.Show;

/// <summary>The stretch of an axis that a panel shows, in the axis' own measure: logarithms (base 10) where the axis is
/// logarithmic.</summary>
internal readonly record struct ChartRange(double Low, double High, bool Log)
{
    /// <summary>The horizontal range: data and marks with a little room, or the axis' fixed ends.</summary>
    /// <param name="panel">The panel.</param>
    /// <returns>The range.</returns>
    public static ChartRange OfX(Chart panel)
    {
        if (panel.IsCategorical)
        {
            return new ChartRange(-0.6, panel.Categories.Count - 0.4, Log: false);
        }

        IEnumerable<double> values =
            panel.Series.SelectMany(s => s switch { LineSeries line => line.X, ScatterSeries scatter => scatter.X, _ => [] })
            .Concat(panel.Marks.Select(mark => mark.X));
        return Of(values, panel.X, 0.03, 0.03);
    }

    /// <summary>The vertical range of one side.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="side">Which axis.</param>
    /// <returns>The range.</returns>
    public static ChartRange OfY(Chart panel, YAxisSide side)
    {
        IEnumerable<double> values = panel.Series.Where(s => s.Side == side).SelectMany(s => s switch
        {
            LineSeries line => line.Y,
            ScatterSeries scatter => scatter.Y,
            BarSeries bars => bars.Values.Select((v, i) => v + (bars.Errors?[i] ?? 0)).Concat(
                bars.Values.Select((v, i) => v - (bars.Errors?[i] ?? 0))).Append(0),
            BoxSeries boxes => boxes.Samples.SelectMany(sample => sample),
            _ => [],
        });
        ChartAxis axis = side == YAxisSide.Right ? panel.Right ?? panel.Y : panel.Y;
        bool standing = panel.Series.Any(s => s is BarSeries) && panel.Series.OfType<BarSeries>().All(b => b.Values.All(v => v >= 0));
        return Of(values, axis, standing ? 0 : 0.06, 0.08);
    }

    /// <summary>A value in the axis' measure.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Its logarithm or itself; NaN where a logarithm has none.</returns>
    public double Measure(double value) => !Log ? value : value > 0 ? Math.Log10(value) : double.NaN;

    /// <summary>Where a value lies between the ends.</summary>
    /// <param name="value">The value.</param>
    /// <returns>0 at the low end, 1 at the high one.</returns>
    public double Fraction(double value) => (Measure(value) - Low) / (High - Low);

    private static ChartRange Of(IEnumerable<double> values, ChartAxis axis, double roomBelow, double roomAbove)
    {
        double[] measured = values.Where(v => double.IsFinite(v) && (!axis.Log || v > 0)).Select(v => axis.Log ? Math.Log10(v) : v)
            .ToArray();
        (double low, double high) = measured.Length == 0 ? (0, 1) : (measured.Min(), measured.Max());
        if (high - low < 1e-12 * Math.Max(1e-300, Math.Max(Math.Abs(low), Math.Abs(high))) || high == low)
        {
            double half = axis.Log || low == 0 ? 0.5 : Math.Abs(low) * 0.1;
            (low, high) = (low - half, high + half);
        }

        double span = high - low;
        (low, high) = (low - (roomBelow * span), high + (roomAbove * span));
        low = End(axis.Minimum, axis.Log) ?? low;
        high = End(axis.Maximum, axis.Log) ?? high;
        return high > low ? new ChartRange(low, high, axis.Log) : new ChartRange(low, low + 1, axis.Log);
    }

    private static double? End(double? value, bool log) => value is { } v && double.IsFinite(v) && (!log || v > 0) ? log ? Math.Log10(v) : v
        : null;
}
