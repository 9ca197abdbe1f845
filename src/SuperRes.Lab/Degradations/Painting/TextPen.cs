using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Degradations;

/// <summary>Writes with the project's stroke font into a mask: no font of the system takes part.</summary>
internal static class TextPen
{
    /// <summary>The pen's width of text of size 1.</summary>
    private const double Pen = 0.09;

    // Curves are stored finely; at a few pixels' height most of their points fall together.
    private const double ShortestSegment = 1.2;

    /// <summary>Size of the font (em) whose capitals are 1 high.</summary>
    public const double SizePerCapital = StrokeFont.EmUnits / StrokeFont.CapHeight;

    public static double Width(string text, double size)
    {
        double width = 0;
        foreach (char sign in text)
        {
            width += StrokeFont.For(sign).Width + StrokeFont.Gap;
        }

        return width * size / StrokeFont.EmUnits;
    }

    /// <summary>Writes a line; (x, y) is the left end of the line's middle height, around which it is turned.</summary>
    public static void Write(PaintMask mask, string text, double x, double y, double size, double weight, double sin, double cos)
    {
        double unit = size / StrokeFont.EmUnits, pen = size * Pen * weight, origin = 0, shortest = ShortestSegment + (size * 0.02);
        foreach (char sign in text)
        {
            StrokeFont.Glyph glyph = StrokeFont.For(sign);
            double left = x + (origin * unit * cos), top = y + (origin * unit * sin);
            double reach = size * 1.2;
            origin += glyph.Width + StrokeFont.Gap;
            if (!mask.Reaches(left - reach, top - reach, left + reach, top + reach))
            {
                continue;
            }

            foreach ((double X, double Y)[] stroke in glyph.Strokes)
            {
                (double fromX, double fromY) = Place(stroke[0]);
                for (int i = 1; i < stroke.Length; i++)
                {
                    (double toX, double toY) = Place(stroke[i]);
                    if (i == stroke.Length - 1 || Math.Abs(toX - fromX) + Math.Abs(toY - fromY) >= shortest)
                    {
                        mask.Line(fromX, fromY, toX, toY, pen);
                        (fromX, fromY) = (toX, toY);
                    }
                }
            }

            (double X, double Y) Place((double X, double Y) point)
            {
                double across = point.X * unit, down = ((StrokeFont.CapHeight / 2) - point.Y) * unit;
                return (left + (across * cos) - (down * sin), top + (across * sin) + (down * cos));
            }
        }
    }
}
