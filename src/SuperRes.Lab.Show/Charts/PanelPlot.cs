using ScottPlot;
using ScottPlot.Plottables;

namespace SuperRes.Lab.Show;

/// <summary>Builds one panel with ScottPlot.</summary>
internal sealed class PanelPlot(Chart panel, IReadOnlyList<string> colors, string fontName, int columns = 1)
{
    internal static readonly Color Ink = Color.FromHex("#262626");
    internal static readonly Color Mark = Color.FromHex(Palette.Mark);
    private readonly ChartRange _x = ChartRange.OfX(panel);
    private readonly ChartRange _left = ChartRange.OfY(panel, YAxisSide.Left);
    private readonly ChartRange _right = ChartRange.OfY(panel, YAxisSide.Right);
    private readonly Plot _plot = new();

    /// <summary>Draws everything.</summary>
    /// <returns>The plot, the caller's to dispose.</returns>
    public Plot Build()
    {
        _plot.FigureBackground.Color = Colors.Transparent;
        _plot.DataBackground.Color = Colors.Transparent;
        _plot.RenderManager.ClearCanvasBeforeEachRender = false;
        _plot.Font.Set(fontName);
        AddSeries();
        AddMarks();
        new PanelAxes(_plot, panel, FontFor).Style(_x, _left, _right);
        return _plot;
    }

    private void AddSeries()
    {
        int cluster = panel.Series.Count(s => s is BarSeries or BoxSeries);
        int member = 0;
        for (int i = 0; i < panel.Series.Length; i++)
        {
            Color color = Color.FromHex(colors[i]);
            switch (panel.Series[i])
            {
                case LineSeries line:
                    AddLine(line, color);
                    break;
                case ScatterSeries scatter:
                    AddScatter(scatter, color);
                    break;
                case BarSeries bars:
                    AddBars(bars, color, member++, cluster);
                    break;
                case BoxSeries boxes:
                    AddBoxes(boxes, color, member++, cluster);
                    break;
                default:
                    throw new InvalidOperationException($"No way is known to draw {panel.Series[i].GetType().Name}.");
            }
        }
    }

    private void AddLine(LineSeries line, Color color)
    {
        Scatter plotted =
            _plot.Add.ScatterLine(line.X.Select(_x.Measure).ToArray(), line.Y.Select(Range(line.Side).Measure).ToArray(), color);
        plotted.LineWidth = 2;
        plotted.LinePattern =
            line.Dash switch { LineDash.Dash => LinePattern.Dashed, LineDash.Dot => LinePattern.Dotted, _ => LinePattern.Solid };
        plotted.MarkerSize = line.Markers ? 6 : 0;
        Attach(plotted, line.Side);
    }

    private void AddScatter(ScatterSeries scatter, Color color)
    {
        (double[] x, double[] y) = (scatter.X.Select(_x.Measure).ToArray(), scatter.Y.Select(Range(scatter.Side).Measure).ToArray());
        Scatter plotted = _plot.Add.ScatterPoints(x, y, color.WithAlpha(0.85));
        plotted.MarkerSize = 8;
        Attach(plotted, scatter.Side);
        for (int i = 0; i < (scatter.Labels?.Length ?? 0); i++)
        {
            if (double.IsFinite(x[i]) && double.IsFinite(y[i]))
            {
                bool right = _x.Fraction(scatter.X[i]) > 0.85;
                Write(scatter.Labels![i], x[i], y[i], right ? Alignment.LowerRight : Alignment.LowerLeft, right ? -5 : 5, -4, 11,
                    scatter.Side);
            }
        }
    }

    private void AddBars(BarSeries bars, Color color, int member, int cluster)
    {
        (double width, double offset) = Slot(member, cluster);
        var drawn = new List<Bar>();
        for (int i = 0; i < bars.Categories.Length; i++)
        {
            double value = _left.Measure(bars.Values[i]);
            if (double.IsFinite(value))
            {
                drawn.Add(new Bar
                {
                    Position = IndexOf(bars.Categories[i]) + offset,
                    Value = value,
                    ValueBase = _left.Log ? _left.Low : 0,
                    FillColor = color,
                    LineWidth = 0,
                    Size = width,
                });
            }
        }

        _plot.Add.Bars(drawn);
        for (int i = 0; i < (bars.Errors?.Length ?? 0); i++)
        {
            AddErrorBar(IndexOf(bars.Categories[i]) + offset, bars.Values[i], bars.Errors![i], width);
        }
    }

    private void AddErrorBar(double x, double value, double half, double width)
    {
        (double low, double high) = (_left.Measure(value - half), _left.Measure(value + half));
        if (!double.IsFinite(high) || half <= 0)
        {
            return;
        }

        low = double.IsFinite(low) ? low : _left.Low;
        double cap = Math.Min(0.08, width / 4);
        foreach ((double x1, double y1, double x2, double y2) in (
            ReadOnlySpan<(double, double, double, double)>)[(x, low, x, high), (x - cap, low, x + cap, low),
            (x - cap, high, x + cap, high)])
        {
            LinePlot line = _plot.Add.Line(x1, y1, x2, y2);
            (line.LineColor, line.LineWidth, line.MarkerSize) = (Ink, 1.5f, 0);
        }
    }

    private void AddBoxes(BoxSeries boxes, Color color, int member, int cluster)
    {
        (double width, double offset) = Slot(member, cluster);
        for (int i = 0; i < boxes.Categories.Length; i++)
        {
            if (boxes.Samples[i].Length == 0)
            {
                continue;
            }

            BoxSummary summary = BoxSummary.Of(boxes.Samples[i]);
            double position = IndexOf(boxes.Categories[i]) + offset;
            var box = new Box
            {
                Position = position,
                Width = width * 0.8,
                BoxMin = _left.Measure(summary.LowerQuartile),
                BoxMiddle = _left.Measure(summary.Median),
                BoxMax = _left.Measure(summary.UpperQuartile),
                WhiskerMin = _left.Measure(summary.LowerWhisker),
                WhiskerMax = _left.Measure(summary.UpperWhisker),
            };
            _plot.Add.Box(box);

            // Adding a box gives it ScottPlot's own colours.
            (box.FillColor, box.LineColor, box.LineWidth) = (color.WithAlpha(0.3), color, 2);
            if (summary.Outliers.Length > 0)
            {
                Scatter points = _plot.Add.ScatterPoints(summary.Outliers.Select(_ => position).ToArray(),
                    summary.Outliers.Select(_left.Measure).ToArray(), color);
                points.MarkerSize = 5;
            }
        }
    }

    private void AddMarks()
    {
        foreach (VerticalLineMark line in panel.Marks)
        {
            Style(_plot.Add.VerticalLine(_x.Measure(line.X)));
        }

        foreach ((VerticalLineMark mark, MarkLabelSide side, int row) in MarkLabels.Of(panel, columns))
        {
            bool turned = side == MarkLabelSide.Turned;
            Write(mark.Label, _x.Measure(mark.X), _left.High, side == MarkLabelSide.Right ? Alignment.UpperLeft : Alignment.UpperRight,
                turned ? 3 : side == MarkLabelSide.Left ? -5 : 5, 3 + (17 * row), 11.5f, YAxisSide.Left, turned ? -90 : 0);
        }
    }

    private void Write(string label, double x, double y, Alignment alignment, float right, float down, float size, YAxisSide side,
        float rotation = 0)
    {
        if (label.Length == 0 || !double.IsFinite(x) || !double.IsFinite(y))
        {
            return;
        }

        Text text = _plot.Add.Text(label, x, y);
        (text.LabelFontName, text.LabelFontSize, text.LabelFontColor) = (FontFor(label), size, Ink);
        (text.LabelAlignment, text.OffsetX, text.OffsetY, text.LabelRotation) = (alignment, right, down, rotation);
        text.LabelBackgroundColor = Colors.White.WithAlpha(0.7);
        text.LabelPadding = 1;
        Attach(text, side);
    }

    private static void Style(AxisLine line)
    {
        (line.LineColor, line.LineWidth, line.LinePattern) = (Mark, 1.5f, LinePattern.Dashed);
    }

    private void Attach(IPlottable plottable, YAxisSide side)
    {
        if (side == YAxisSide.Right)
        {
            plottable.Axes.YAxis = _plot.Axes.Right;
        }
    }

    private ChartRange Range(YAxisSide side) => side == YAxisSide.Right ? _right : _left;

    private static (double Width, double Offset) Slot(int member, int cluster)
    {
        double slot = 0.8 / Math.Max(1, cluster);
        return (slot * 0.92, (member - ((cluster - 1) / 2.0)) * slot);
    }

    private int IndexOf(string category)
    {
        IReadOnlyList<string> categories = panel.Categories;
        int index = 0;
        while (categories[index] != category)
        {
            index++;
        }

        return index;
    }

    /// <summary>The embedded font, or a system font that has letters which it lacks.</summary>
    private string FontFor(string text) => Typefaces.Split(text, Typefaces.Regular)
        .Select(s => s.Typeface).FirstOrDefault(t => !ReferenceEquals(t, Typefaces.Regular))?.FamilyName ?? fontName;
}
