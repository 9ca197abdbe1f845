namespace SuperRes.Lab.Imaging;

/// <summary>
/// Draws text with the project's own stroke font, the same on every machine. It knows ASCII 32–126, © ® ° € £ × → ★ ♥ • and line
/// breaks; any other sign becomes an empty box.
/// </summary>
public static class TextPainter
{
    /// <summary>The pen's width of text of size 1 in its normal weight.</summary>
    private const double Pen = 0.09;

    /// <summary>The box that text takes, before it is turned.</summary>
    /// <param name="text">The text; lines end at '\n'.</param>
    /// <param name="size">Its size in pixels (em): capitals are 0.7 of it high, lines 1.2 of it apart.</param>
    /// <param name="weight">The strokes' thickness, 1 normal. Default: 1.</param>
    /// <returns>Width and height in pixels, the pen's thickness and descenders included.</returns>
    public static (double Width, double Height) Measure(string text, double size, double weight = 1)
    {
        double unit = size / StrokeFont.EmUnits;
        double pen = size * Pen * weight;
        double width = 0;
        string[] lines = text.Split('\n');
        foreach (string line in lines)
        {
            width = Math.Max(width, LineWidth(line));
        }

        double height = StrokeFont.CapHeight + StrokeFont.Descent + ((lines.Length - 1) * StrokeFont.LineUnits);
        return ((width * unit) + pen, (height * unit) + pen);
    }

    /// <summary>Draws text; overlapping strokes lay the colour on once.</summary>
    /// <param name="image">The picture to draw into; text may reach outside.</param>
    /// <param name="text">The text; lines end at '\n'.</param>
    /// <param name="x">Left edge of the text's box.</param>
    /// <param name="y">Upper edge of the text's box.</param>
    /// <param name="size">Its size in pixels (em): capitals are 0.7 of it high.</param>
    /// <param name="color">The colour.</param>
    /// <param name="opacity">0–1. Default: 1.</param>
    /// <param name="angle">Degrees clockwise around (x, y). Default: 0.</param>
    /// <param name="weight">The strokes' thickness, 1 normal. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is outside 0–1.</exception>
    public static void Draw(
        RgbImage image, string text, double x, double y, double size, RgbColor color, double opacity = 1, double angle = 0, double weight = 1)
    {
        double unit = size / StrokeFont.EmUnits, pen = size * Pen * weight;
        (double sin, double cos) = PortableMath.SinCos(angle * (Math.PI / 180));
        (double X, double Y) Place((double X, double Y) point, double originX, double baseline)
        {
            double across = ((originX + point.X) * unit) + (pen / 2), down = ((baseline - point.Y) * unit) + (pen / 2);
            return (x + (across * cos) - (down * sin), y + (across * sin) + (down * cos));
        }

        var segments = new List<(double X0, double Y0, double X1, double Y1)>();
        double baseline = StrokeFont.CapHeight;
        foreach (string line in text.Split('\n'))
        {
            double originX = 0;
            foreach (char sign in line)
            {
                StrokeFont.Glyph glyph = StrokeFont.For(sign);
                foreach ((double X, double Y)[] stroke in glyph.Strokes)
                {
                    (double X, double Y) from = Place(stroke[0], originX, baseline);
                    for (int i = 1; i < stroke.Length; i++)
                    {
                        (double X, double Y) to = Place(stroke[i], originX, baseline);
                        segments.Add((from.X, from.Y, to.X, to.Y));
                        from = to;
                    }
                }

                originX += glyph.Width + StrokeFont.Gap;
            }

            baseline += StrokeFont.LineUnits;
        }

        Paint(image, segments, pen, color, opacity);
    }

    private static void Paint(RgbImage image, List<(double X0, double Y0, double X1, double Y1)> segments, double pen, RgbColor color, double opacity)
    {
        if (segments.Count == 0)
        {
            return;
        }

        double margin = (pen / 2) + 0.5;
        var mask = new CoverageMask(
            segments.Min(s => Math.Min(s.X0, s.X1)) - margin,
            segments.Min(s => Math.Min(s.Y0, s.Y1)) - margin,
            segments.Max(s => Math.Max(s.X0, s.X1)) + margin,
            segments.Max(s => Math.Max(s.Y0, s.Y1)) + margin,
            image.Width,
            image.Height);
        foreach ((double x0, double y0, double x1, double y1) in segments)
        {
            mask.AddStroke(x0, y0, x1, y1, pen);
        }

        mask.Blend(image, color, opacity);
    }

    private static double LineWidth(string line)
    {
        double width = 0;
        foreach (char sign in line)
        {
            width += StrokeFont.For(sign).Width + StrokeFont.Gap;
        }

        return Math.Max(0, width - StrokeFont.Gap);
    }
}
