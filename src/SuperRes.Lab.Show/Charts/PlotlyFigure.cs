using System.Globalization;

namespace SuperRes.Lab.Show;

/// <summary>One panel as Plotly describes it: traces and a layout as trees of dictionaries, lists, texts and numbers.</summary>
/// <param name="Traces">A trace's type and its properties, per trace.</param>
/// <param name="Layout">The layout's properties.</param>
internal sealed record PlotlyFigure(
    IReadOnlyList<(string Type, Dictionary<string, object?> Properties)> Traces, Dictionary<string, object?> Layout)
{
    private const string GridColor = "rgba(128,128,128,0.22)";
    private const string LineColor = "rgba(128,128,128,0.7)";

    /// <summary>Describes a panel.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="colors">A colour per series.</param>
    /// <param name="legend">Whether the panel explains its names itself.</param>
    /// <param name="columns">How many panels stand side by side; default 1.</param>
    /// <returns>The figure.</returns>
    public static PlotlyFigure Of(Chart panel, IReadOnlyList<string> colors, bool legend, int columns = 1)
    {
        var traces = new List<(string, Dictionary<string, object?>)>();
        for (int i = 0; i < panel.Series.Length; i++)
        {
            traces.Add(Trace(panel.Series[i], colors[i], panel));
        }

        return new PlotlyFigure(traces, LayoutOf(panel, legend, columns));
    }

    /// <summary>Rounds to six significant digits, which no screen shows as another value, and makes gaps of what is not finite.</summary>
    /// <param name="values">Numbers.</param>
    /// <returns>Numbers and nulls.</returns>
    internal static object?[] Compact(IEnumerable<double> values) => values.Select(v => Compact(v)).ToArray();

    /// <summary>The values that the axis can show; the others are gaps.</summary>
    private static object?[] Shown(double[] values, ChartAxis axis) => Compact(values.Select(v => axis.Log && v <= 0 ? double.NaN : v));

    private static object? Compact(double value) => double.IsFinite(value)
        ? double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : null;

    private static (string Type, Dictionary<string, object?> Properties) Trace(ChartSeries series, string color, Chart panel)
    {
        var trace = new Dictionary<string,
            object?>(StringComparer.Ordinal) { ["name"] = Text(series.Name), ["showlegend"] = series.Name.Length > 0 };
        ChartAxis yAxis = series.Side == YAxisSide.Right ? panel.Right ?? panel.Y : panel.Y;
        if (series.Side == YAxisSide.Right)
        {
            trace["yaxis"] = "y2";
        }

        switch (series)
        {
            case LineSeries line:
                (trace["x"], trace["y"]) = (Shown(line.X, panel.X), Shown(line.Y, yAxis));
                trace["mode"] = line.Markers ? "lines+markers" : "lines";
                trace["line"] = Of(("color", color), ("width", 2),
                    ("dash", line.Dash switch { LineDash.Dash => "dash", LineDash.Dot => "dot", _ => "solid" }));
                trace["marker"] = Of(("color", color), ("size", 6));
                return ("scatter", trace);
            case ScatterSeries scatter:
                (trace["x"], trace["y"]) = (Shown(scatter.X, panel.X), Shown(scatter.Y, yAxis));
                trace["marker"] = Of(("color", color), ("size", 8), ("opacity", 0.85));
                trace["mode"] = scatter.Labels is null ? "markers" : "markers+text";
                if (scatter.Labels is not null)
                {
                    trace["text"] = scatter.Labels.Select(Text).ToArray();
                    trace["textposition"] = "top center";
                    trace["cliponaxis"] = false;
                }

                return ("scatter", trace);
            case BarSeries bars:
                (trace["x"], trace["y"]) = (bars.Categories.Select(Text).ToArray(), Compact(bars.Values));
                trace["marker"] = Of(("color", color));
                if (bars.Errors is not null)
                {
                    trace["error_y"] =
                        Of(("type", "data"), ("array", Compact(bars.Errors)), ("color", Palette.Mark), ("thickness", 1.5), ("width", 4));
                }

                return ("bar", trace);
            case BoxSeries boxes:
                return ("box", BoxTrace(trace, boxes, color));
            default:
                throw new InvalidOperationException($"No way is known to draw {series.GetType().Name}.");
        }
    }

    private static Dictionary<string, object?> BoxTrace(Dictionary<string, object?> trace, BoxSeries boxes, string color)
    {
        BoxSummary[] summaries = boxes.Samples.Select(BoxSummary.Of).ToArray();
        trace["x"] = boxes.Categories.Select(Text).ToArray();
        trace["q1"] = Compact(summaries.Select(s => s.LowerQuartile));
        trace["median"] = Compact(summaries.Select(s => s.Median));
        trace["q3"] = Compact(summaries.Select(s => s.UpperQuartile));
        trace["lowerfence"] = Compact(summaries.Select(s => s.LowerWhisker));
        trace["upperfence"] = Compact(summaries.Select(s => s.UpperWhisker));
        // plotly.js ignores a trace whose first row is empty; the median is no outlier and so is not drawn.
        trace["y"] = summaries.Select(s => Compact(s.Outliers.Prepend(s.Median))).ToArray();
        trace["boxpoints"] = "outliers";
        trace["marker"] = Of(("color", color), ("size", 5));
        trace["line"] = Of(("color", color), ("width", 2));
        trace["fillcolor"] = Palette.Rgba(color, 0.3);
        return trace;
    }

    private static Dictionary<string, object?> LayoutOf(Chart panel, bool legend, int columns)
    {
        Dictionary<string, object?> layout = Of(
            ("autosize", true),
            ("paper_bgcolor", "rgba(0,0,0,0)"),
            ("plot_bgcolor", "rgba(0,0,0,0)"),
            ("margin", Of(("l", 48), ("r", panel.Right is null ? 14 : 56), ("t", legend ? 30 : 12), ("b", 44))),
            ("hovermode", panel.Series.All(s => s is LineSeries) ? "x" : "closest"),
            ("barmode", "group"),
            ("boxmode", "group"),
            ("showlegend", legend),
            ("legend", Of(("orientation", "h"), ("x", 0), ("y", 1.02), ("yanchor", "bottom"), ("bgcolor", "rgba(0,0,0,0)"))),
            ("xaxis", HorizontalAxis(panel)),
            ("yaxis", Axis(panel.Y, ChartRange.OfY(panel, YAxisSide.Left))),
            ("shapes", panel.Marks.Select(Shape).ToArray()),
            ("annotations", Annotations(panel, columns)));
        if (panel.Right is not null)
        {
            Dictionary<string, object?> right = Axis(panel.Right, ChartRange.OfY(panel, YAxisSide.Right));
            (right["overlaying"], right["side"], right["showgrid"]) = ("y", "right", false);
            layout["yaxis2"] = right;
        }

        return layout;
    }

    /// <summary>Where values are counted, epochs for one, no tick stands between two of them.</summary>
    private static Dictionary<string, object?> HorizontalAxis(Chart panel)
    {
        ChartRange range = ChartRange.OfX(panel);
        Dictionary<string, object?> axis = Axis(panel.X, range, panel.IsCategorical ? "category" : null);
        if (!panel.IsCategorical && !range.Log && range.High - range.Low < 6 && ChartTicks.Whole(panel))
        {
            axis["dtick"] = 1;
        }

        return axis;
    }

    private static Dictionary<string, object?> Axis(ChartAxis axis, ChartRange range, string? type = null)
    {
        Dictionary<string, object?> result = Of(
            ("title", Of(("text", Text(axis.Title)), ("standoff", 8))),
            ("gridcolor", GridColor),
            ("linecolor", LineColor),
            ("showline", true),
            ("zeroline", false),
            ("ticks", "outside"),
            ("tickcolor", LineColor),
            ("automargin", true),
            ("exponentformat", "none"));
        if (axis.Log || type is not null)
        {
            result["type"] = axis.Log ? "log" : type;
            result["exponentformat"] = "power";
        }

        if (axis.Minimum is not null || axis.Maximum is not null)
        {
            result["range"] = Compact([range.Low, range.High]);
        }

        return result;
    }

    private static Dictionary<string, object?> Shape(VerticalLineMark line) => Of(
        ("type", "line"), ("xref", "x"), ("yref", "paper"), ("x0", Compact(line.X)), ("x1", Compact(line.X)), ("y0", 0), ("y1", 1),
        ("line", Of(("color", Palette.Mark), ("width", 1.5), ("dash", "dash"))));

    private static object[] Annotations(Chart panel, int columns)
    {
        var result = new List<object>();
        foreach (MarkLabel label in MarkLabels.Of(panel, columns))
        {
            Dictionary<string, object?> note = Of(("text", Text(label.Mark.Label)), ("showarrow", false));
            bool left = label.Side == MarkLabelSide.Left;
            (note["xref"], note["yref"], note["x"], note["y"]) = ("x", "paper", Position(label.Mark.X, panel.X), 1);
            (note["xanchor"], note["yanchor"]) = (left ? "right" : "left", "top");
            (note["xshift"], note["yshift"]) = (left ? -4 : label.Side == MarkLabelSide.Right ? 4 : 1, -16 * label.Row);
            if (label.Side == MarkLabelSide.Turned)
            {
                note["textangle"] = -90;
            }

            result.Add(note);
        }

        return [.. result];
    }

    /// <summary>Annotations, other than shapes and data, are placed by the logarithm on a logarithmic axis.</summary>
    private static object? Position(double value, ChartAxis axis) => Compact(axis.Log ? Math.Log10(value) : value);

    /// <summary>Plotly reads a few tags in texts; a name is never markup.</summary>
    private static string Text(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private static Dictionary<string, object?> Of(params ReadOnlySpan<(string Key, object? Value)> entries)
    {
        var result = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach ((string key, object? value) in entries)
        {
            result[key] = value;
        }

        return result;
    }
}
