using ScottPlot;

namespace SuperRes.Lab.Display;

/// <summary>Draws a chart as a static picture.</summary>
internal static class ChartPicture
{
    /// <summary>Renders a chart at twice its logical size.</summary>
    /// <param name="chart">The chart.</param>
    /// <returns>A PNG file's bytes.</returns>
    public static byte[] Render(Chart chart)
    {
        using var plot = new Plot();
        foreach (ChartSeries series in (chart.Panels.Count == 0 ? chart : chart.Panels[0]).Series)
        {
            if (series is LineSeries line)
            {
                plot.Add.ScatterLine(line.X, line.Y);
            }
        }

        plot.Title(chart.Title);
        plot.ScaleFactor = 2;
        return plot.GetImage(chart.Width * 2, chart.Height * 2).GetImageBytes();
    }
}
