using SuperRes.Lab.Imaging;
using ScottPlot;
using SkiaSharp;

namespace SuperRes.Lab.Show;

/// <summary>Draws a chart as a static picture: dark on white, so that it reads on light and dark pages alike.</summary>
internal static class ChartPicture
{
    private const int Density = 2;
    private const float Margin = 14;
    private const float TitleSize = 16;
    private const float LegendSize = 12.5f;
    private const string FontName = "SuperRes.Lab Inter";
    private static readonly SKColor Ink = new(0x26, 0x26, 0x26);

    // ScottPlot keeps its fonts in static tables that are not made for threads.
    private static readonly Lock Gate = new();
    private static bool _resolverInstalled;

    /// <summary>Renders a chart at twice its logical size.</summary>
    /// <param name="chart">The chart.</param>
    /// <returns>A PNG file's bytes.</returns>
    public static byte[] Render(Chart chart)
    {
        lock (Gate)
        {
            if (!_resolverInstalled)
            {
                Fonts.FontResolvers.Insert(0, new Resolver());
                _resolverInstalled = true;
            }

            using var bitmap =
                new SKBitmap(new SKImageInfo(chart.Width * Density, chart.Height * Density, SKColorType.Rgba8888, SKAlphaType.Opaque));
            using (var canvas = new SKCanvas(bitmap))
            {
                canvas.Clear(SKColors.White);
                canvas.Scale(Density);
                Draw(canvas, chart);
            }

            return ImageEncoder.Indexed(bitmap.Bytes, bitmap.Width, bitmap.Height, dither: 0);
        }
    }

    private static void Draw(SKCanvas canvas, Chart chart)
    {
        IReadOnlyList<Chart> panels = chart.AllPanels;
        IReadOnlyList<IReadOnlyList<string>> colors = Palette.Assign(panels);
        float top = DrawTitle(canvas, chart, Margin);
        top = DrawLegend(canvas, chart, panels, colors, top);
        int rows = (panels.Count + chart.Columns - 1) / chart.Columns;
        (float width, float height) = ((chart.Width - Margin) / chart.Columns, (chart.Height - top - 4) / rows);
        for (int i = 0; i < panels.Count; i++)
        {
            (float left, float up) = ((Margin / 2) + (i % chart.Columns * width), top + (i / chart.Columns * height));
            if (chart.Panels.Count > 0 && panels[i].Title.Length > 0)
            {
                string title = TextDrawing.Wrap(panels[i].Title, width - 20, 13, bold: true, lines: 1)[0];
                TextDrawing.Draw(canvas, title, left + (width / 2), up + 14, 13, Ink, bold: true, align: SKTextAlign.Center);
                up += 16;
            }

            float bottom = top + (((i / chart.Columns) + 1) * height);
            using Plot plot = new PanelPlot(panels[i], colors[i], FontName, chart.Columns).Build();
            canvas.Save();
            plot.Render(canvas, new PixelRect(left, left + width, bottom, up));
            canvas.Restore();
        }
    }

    private static float DrawTitle(SKCanvas canvas, Chart chart, float top)
    {
        if (chart.Title.Length == 0)
        {
            return top - 4;
        }

        foreach (string line in TextDrawing.Wrap(chart.Title, chart.Width - (2 * Margin), TitleSize, bold: true))
        {
            TextDrawing.Draw(canvas, line, Margin, top + 13, TitleSize, Ink, bold: true);
            top += 21;
        }

        return top + 2;
    }

    private static float DrawLegend(
        SKCanvas canvas, Chart chart, IReadOnlyList<Chart> panels, IReadOnlyList<IReadOnlyList<string>> colors, float top)
    {
        IReadOnlyList<(ChartSeries Series, string Color)> entries = ChartLegend.Entries(chart, panels, colors);
        if (entries.Count == 0)
        {
            return top;
        }

        float x = Margin;
        foreach ((ChartSeries series, string color) in entries)
        {
            string name = TextDrawing.Wrap(series.Name, chart.Width - (2 * Margin) - 40, LegendSize, lines: 1)[0];
            float symbol = series is LineSeries ? 28 : 19;
            float width = symbol + TextDrawing.Measure(name, LegendSize) + 18;
            if (x > Margin && x + width - 18 > chart.Width - Margin)
            {
                (x, top) = (Margin, top + 18);
            }

            DrawSymbol(canvas, series, SKColor.Parse(color), x, top + 8);
            TextDrawing.Draw(canvas, name, x + symbol, top + 12.5f, LegendSize, Ink);
            x += width;
        }

        return top + 20;
    }

    private static void DrawSymbol(SKCanvas canvas, ChartSeries series, SKColor color, float x, float middle)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true, StrokeWidth = 2.5f };
        switch (series)
        {
            case LineSeries line:
                using (SKPathEffect? effect = line.Dash switch { LineDash.Dash => SKPathEffect.CreateDash([6, 4], 0),
                    LineDash.Dot => SKPathEffect.CreateDash([2, 3], 0), _ => null })
                {
                    paint.PathEffect = effect;
                    canvas.DrawLine(x, middle, x + 22, middle, paint);
                }

                break;
            case ScatterSeries:
                canvas.DrawCircle(x + 6, middle, 4.5f, paint);
                break;
            default:
                canvas.DrawRect(x, middle - 6, 12, 12, paint);
                break;
        }
    }

    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            fontName == FontName ? weight >= FontWeight.SemiBold ? Typefaces.SemiBold : Typefaces.Regular : null;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
            fontName == FontName ? bold ? Typefaces.SemiBold : Typefaces.Regular : null;
    }
}
