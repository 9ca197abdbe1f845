using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace SuperRes.Lab.Show;

/// <summary>Where an axis has ticks, and how they are labelled.</summary>
internal static class ChartTicks
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>Ticks for a range.</summary>
    /// <param name="range">The range.</param>
    /// <param name="whole">Whether the axis counts something, such as epochs.</param>
    /// <returns>A tick generator.</returns>
    public static ITickGenerator For(ChartRange range, bool whole) => range.Log
        ? Logarithmic(range)
        : new NumericAutomatic
        {
            LabelFormatter = Math.Max(Math.Abs(range.Low), Math.Abs(range.High)) is >= 1e5 or < 1e-3 ? PowerOfTen : Plain,
            IntegerTicksOnly = whole,
            TickDensity = 0.6,
        };

    /// <summary>Whether a panel's horizontal axis counts.</summary>
    /// <param name="panel">The panel.</param>
    /// <returns>True where every value is whole.</returns>
    public static bool Whole(Chart panel) => panel.Series.Length > 0 && panel.Series
        .SelectMany(s => s switch { LineSeries line => line.X, ScatterSeries scatter => scatter.X, _ => [] })
        .All(v => !double.IsFinite(v) || v == Math.Floor(v));

    private static string Plain(double value) =>
        Math.Abs(value) < 1e-12 ? "0" : Math.Round(value, 10).ToString("0.########", CultureInfo.InvariantCulture).Replace('-', '−');

    private static string PowerOfTen(double value)
    {
        if (value == 0)
        {
            return "0";
        }

        int exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-9);
        string digits = Math.Round(value / Math.Pow(10, exponent), 4).ToString("0.####", CultureInfo.InvariantCulture).Replace('-', '−');
        return exponent == 0 ? digits : digits == "1" ? exponent == 1 ? "10" : "10" + Raise(exponent) : $"{digits}·10{Raise(exponent)}";
    }

    private static string Raise(int exponent) => (exponent < 0 ? "⁻" : "") +
        string.Concat(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).Select(c => Superscripts[c - '0']));

    private static NumericManual Logarithmic(ChartRange range)
    {
        var ticks = new NumericManual();
        double decades = range.High - range.Low;
        int step = Math.Max(1, (int)Math.Ceiling(decades / 9));
        Func<double, string> label = range.Low < -3.01 || range.High > 5 ? PowerOfTen : Plain;
        for (int exponent = (int)Math.Floor(range.Low); exponent <= Math.Ceiling(range.High); exponent++)
        {
            for (int digit = 1; digit <= 9; digit++)
            {
                double position = exponent + Math.Log10(digit);
                if (position < range.Low - 1e-9 || position > range.High + 1e-9)
                {
                    continue;
                }

                bool major = digit == 1 ? exponent % step == 0 : decades < 0.8 || (decades < 2.2 && digit is 2 or 5);
                if (major)
                {
                    ticks.AddMajor(position, label(digit * Math.Pow(10, exponent)));
                }
                else
                {
                    ticks.AddMinor(position);
                }
            }
        }

        return ticks;
    }
}
