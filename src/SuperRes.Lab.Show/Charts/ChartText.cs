using System.Globalization;
using System.Text;

namespace SuperRes.Lab.Show;

/// <summary>Says in words what a chart shows, for consoles and as the picture's alternative text.</summary>
internal static class ChartText
{
    /// <summary>Describes a chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <returns>A line per series and mark.</returns>
    public static string Render(Chart chart)
    {
        var text = new StringBuilder(chart.Title.Length == 0 ? "Chart" : chart.Title);
        foreach (Chart panel in chart.AllPanels)
        {
            Describe(text, panel, chart.Panels.Count > 0);
        }

        return text.ToString();
    }

    private static void Describe(StringBuilder text, Chart panel, bool named)
    {
        text.Append(named ? $"\n{panel.Title}: " : ": ").Append($"{Or(panel.Y.Title, "y")} over {Or(panel.X.Title, "x")}");
        foreach (ChartSeries series in panel.Series)
        {
            text.Append("\n  ").Append(Or(series.Name, "series")).Append(": ").Append(series switch
            {
                LineSeries line => Range(line.Y),
                ScatterSeries scatter => Range(scatter.Y),
                BarSeries bars => string.Join(", ", bars.Categories.Zip(bars.Values, (c, v) => $"{c} {Number(v)}")),
                BoxSeries boxes => string.Join(", ", boxes.Categories.Zip(boxes.Samples, (c, v) => $"{c} {Range(v)}")),
                _ => "",
            });
        }

        foreach (VerticalLineMark mark in panel.Marks.Where(m => m.Label.Length > 0))
        {
            text.Append("\n  ").Append(mark.Label).Append($": {Number(mark.X)}");
        }
    }

    private static string Range(double[] values)
    {
        double[] finite = values.Where(double.IsFinite).ToArray();
        return finite.Length == 0
            ? "no values"
            : string.Create(CultureInfo.InvariantCulture,
                $"{finite.Length} values, {Number(finite.Min())} to {Number(finite.Max())}, last {Number(finite[^1])}");
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Or(string text, string instead) => text.Length == 0 ? instead : text;
}
