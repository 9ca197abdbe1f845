namespace SuperRes.Lab.Show;

/// <summary>Which names of a chart are explained.</summary>
internal static class ChartLegend
{
    /// <summary>The legend's entries: each name once, where one panel at least has two of them.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="panels">Its panels.</param>
    /// <param name="colors">A colour per panel and series.</param>
    /// <returns>The entries in order of appearance; none where names explain nothing.</returns>
    public static IReadOnlyList<(ChartSeries Series, string Color)> Entries(
        Chart chart, IReadOnlyList<Chart> panels, IReadOnlyList<IReadOnlyList<string>> colors)
    {
        if (!chart.Legend || !panels.Any(p => p.Legend && p.Series.Count(s => s.Name.Length > 0) > 1))
        {
            return [];
        }

        var entries = new List<(ChartSeries Series, string Color)>();
        for (int p = 0; p < panels.Count; p++)
        {
            for (int i = 0; i < panels[p].Series.Length; i++)
            {
                (ChartSeries series, string color) = (panels[p].Series[i], colors[p][i]);
                if (series.Name.Length > 0 && !entries.Any(e => e.Series.Name == series.Name && e.Color == color))
                {
                    entries.Add((series, color));
                }
            }
        }

        return entries;
    }
}
