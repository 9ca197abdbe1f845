using ScottPlot;
using ScottPlot.TickGenerators;

namespace SuperRes.Lab.Show;

/// <summary>Styles the axes of one panel.</summary>
/// <param name="plot">The panel as ScottPlot has it.</param>
/// <param name="panel">The panel as it was described.</param>
/// <param name="fontFor">The name of a font that has a text's letters.</param>
internal sealed class PanelAxes(Plot plot, Chart panel, Func<string, string> fontFor)
{
    private static readonly Color Faint = Color.FromHex("#E4E4E4");

    /// <summary>Sets limits, ticks and looks.</summary>
    public void Style(ChartRange x, ChartRange left, ChartRange right)
    {
        plot.Axes.SetLimits(x.Low, x.High, left.Low, left.High);
        plot.Grid.MajorLineColor = Faint;
        plot.Grid.MajorLineWidth = 1;
        Style(plot.Axes.Bottom, panel.X, BottomTicks(x));
        Style(plot.Axes.Left, panel.Y, ChartTicks.For(left, whole: false));
        plot.Axes.Top.FrameLineStyle.Width = 0;
        if (panel.Right is null)
        {
            plot.Axes.Right.FrameLineStyle.Width = 0;
            plot.Axes.Right.MinimumSize = 12;
        }
        else
        {
            plot.Axes.SetLimitsY(right.Low, right.High, plot.Axes.Right);
            Style(plot.Axes.Right, panel.Right, ChartTicks.For(right, whole: false));
        }

        plot.Axes.Top.MinimumSize = 8;
    }

    private ITickGenerator BottomTicks(ChartRange x)
    {
        if (!panel.IsCategorical)
        {
            return ChartTicks.For(x, ChartTicks.Whole(panel));
        }

        // Long names under narrow places are turned, so that none runs into the next.
        IReadOnlyList<string> categories = panel.Categories.Select(c => TextDrawing.Wrap(c, 150, 11.5f, lines: 1)[0]).ToArray();
        float widest = categories.Select(c => TextDrawing.Measure(c, 11.5f)).DefaultIfEmpty(0).Max();
        float place = panel.Width * 0.85f / Math.Max(1, categories.Count);
        LabelStyle style = plot.Axes.Bottom.TickLabelStyle;
        if (widest + 8 > place)
        {
            (style.Rotation, style.Alignment, style.OffsetY) = (-35, Alignment.MiddleRight, 4);
            plot.Axes.Bottom.MinimumSize = 18 + (widest * 0.58f) + (panel.X.Title.Length > 0 ? 18 : 0);
            plot.Axes.Left.MinimumSize = 10 + (widest * 0.82f) - (place / 2);
        }

        style.FontName = fontFor(string.Concat(categories));
        return new NumericManual(Enumerable.Range(0, categories.Count).Select(i => (double)i).ToArray(), [.. categories]);
    }

    private void Style(IAxis axis, ChartAxis described, ITickGenerator ticks)
    {
        axis.TickGenerator = ticks;
        axis.Label.Text = described.Title;
        axis.Label.IsVisible = described.Title.Length > 0;
        (axis.Label.FontName, axis.Label.FontSize, axis.Label.Bold, axis.Label.ForeColor) =
            (fontFor(described.Title), 12.5f, false, PanelPlot.Ink);
        (axis.TickLabelStyle.FontSize, axis.TickLabelStyle.ForeColor) = (11.5f, PanelPlot.Ink);
        axis.FrameLineStyle.Color = PanelPlot.Mark;
        axis.MajorTickStyle.Color = PanelPlot.Mark;
        (axis.MinorTickStyle.Color, axis.MinorTickStyle.Length) = (PanelPlot.Mark, described.Log ? 3 : 0);
    }
}
