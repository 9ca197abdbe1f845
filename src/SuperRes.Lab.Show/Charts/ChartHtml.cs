using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SuperRes.Lab.Show;

/// <summary>Writes a chart as HTML: the static picture, the figure for plotly.js, and a script that swaps them where plotly.js can be
/// had.</summary>
internal static class ChartHtml
{
    /// <summary>Renders a chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <returns>One div.</returns>
    public static string Render(Chart chart)
    {
        var html = new StringBuilder();
        string? figure = Figure(chart, out string? failure);
        string id = figure is null ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(figure)).AsSpan(0, 6));
        html.Append(CultureInfo.InvariantCulture,
            $"<div class=\"srl-chart\" data-chart=\"{id}\" style=\"max-width:{chart.Width}px;margin:.6em 0\">");
        html.Append(CultureInfo.InvariantCulture,
            $"<img class=\"srl-still\" alt=\"{Markup.Escape(chart.ToText())}\" width=\"{chart.Width}\" height=\"{chart.Height}\" ");
        html.Append("style=\"display:block;max-width:100%;height:auto;background:#fff;border-radius:6px\" ");
        html.Append($"src=\"data:image/png;base64,{Convert.ToBase64String(chart.ToPng()!)}\"/>");
        if (figure is null)
        {
            html.Append($"<p style=\"font-size:.8em;opacity:.75;margin:.2em 0\">Shown as a still picture: {Markup.Escape(failure)}</p>");
        }
        else
        {
            html.Append("<div class=\"srl-live\" style=\"display:none\"></div>");
            html.Append($"<script type=\"application/json\">{figure}</script>");
            html.Append($"<script>{ChartLoader.Script(id)}</script>");
        }

        return html.Append("</div>").ToString();
    }

    /// <summary>The figure as JSON that may stand in a script element: no character of it means anything to HTML or XML.</summary>
    private static string? Figure(Chart chart, out string? failure)
    {
        try
        {
            failure = null;
            return FigureJson(chart).Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal)
                .Replace("&", "\\u0026", StringComparison.Ordinal);
        }
#pragma warning disable CA1031 // Whatever keeps Plotly.NET from loading in a host, the chart's picture is still worth showing.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = $"the interactive form could not be made ({e.GetBaseException().Message.TrimEnd('.')}).";
            return null;
        }
    }

    /// <summary>The chart for the page's script: title, legend and one Plotly figure per panel.</summary>
    /// <param name="chart">The chart.</param>
    /// <returns>JSON.</returns>
    internal static string FigureJson(Chart chart)
    {
        IReadOnlyList<Chart> panels = chart.AllPanels;
        IReadOnlyList<IReadOnlyList<string>> colors = Palette.Assign(panels);
        bool grid = chart.Panels.Count > 0;
        var entries = ChartLegend.Entries(chart, panels, colors);
        var json = new StringBuilder("{");
        json.Append(CultureInfo.InvariantCulture, $"\"title\":{Quote(chart.Title)},\"columns\":{chart.Columns},");
        json.Append(CultureInfo.InvariantCulture,
            $"\"height\":{(grid ? chart.Height * chart.Columns / Math.Max(1, RoundUp(panels.Count, chart.Columns)) : chart.Height)},");
        json.Append("\"legend\":[").AppendJoin(',', grid ? entries.Select(e => $"[{Quote(e.Series.Name)},{Quote(e.Color)}]") : [])
            .Append("],");
        json.Append("\"panels\":[");
        for (int i = 0; i < panels.Count; i++)
        {
            PlotlyFigure figure = PlotlyFigure.Of(panels[i], colors[i], !grid && entries.Count > 0, grid ? chart.Columns : 1);
            json.Append(i == 0 ? "" : ",")
                .Append($"{{\"title\":{Quote(grid ? panels[i].Title : "")},\"figure\":{PlotlyBridge.Instance.ToJson(figure)}}}");
        }

        return json.Append("]}").ToString();
    }

    private static int RoundUp(int count, int step) => (count + step - 1) / step * step;

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
