namespace SuperRes.Lab.Display;

/// <summary>Writes a chart as HTML.</summary>
internal static class ChartHtml
{
    /// <summary>Renders a chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <returns>One div with the static picture.</returns>
    public static string Render(Chart chart) =>
        $"<div class=\"srl-chart\"><img alt=\"{Markup.Escape(chart.ToText())}\" width=\"{chart.Width}\" style=\"max-width:100%;height:auto\" " +
        $"src=\"data:image/png;base64,{Convert.ToBase64String(ChartPicture.Render(chart))}\"/></div>";
}
