using SkiaSharp;

namespace SuperRes.Lab.Show;

/// <summary>Draws and measures lines of text on a Skia canvas.</summary>
internal static class TextDrawing
{
    /// <summary>The width of a line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="size">Letter size in pixels.</param>
    /// <param name="bold">Whether it is semi-bold.</param>
    /// <returns>Pixels.</returns>
    public static float Measure(string text, float size, bool bold = false)
    {
        float width = 0;
        foreach ((string stretch, SKTypeface typeface) in Typefaces.Split(text, Face(bold)))
        {
            using SKFont font = Font(typeface, size);
            width += font.MeasureText(stretch);
        }

        return width;
    }

    /// <summary>Draws a line.</summary>
    /// <param name="canvas">Where.</param>
    /// <param name="text">The text.</param>
    /// <param name="x">Left end, middle or right end by <paramref name="align"/>.</param>
    /// <param name="baseline">The height that the letters stand on.</param>
    /// <param name="size">Letter size in pixels.</param>
    /// <param name="color">Colour.</param>
    /// <param name="bold">Whether it is semi-bold.</param>
    /// <param name="align">What x means.</param>
    public static void Draw(SKCanvas canvas, string text, float x, float baseline, float size, SKColor color, bool bold = false,
        SKTextAlign align = SKTextAlign.Left)
    {
        if (align != SKTextAlign.Left)
        {
            x -= Measure(text, size, bold) * (align == SKTextAlign.Center ? 0.5f : 1f);
        }

        using var paint = new SKPaint { Color = color, IsAntialias = true };
        foreach ((string stretch, SKTypeface typeface) in Typefaces.Split(text, Face(bold)))
        {
            using SKFont font = Font(typeface, size);
            canvas.DrawText(stretch, x, baseline, font, paint);
            x += font.MeasureText(stretch);
        }
    }

    /// <summary>Breaks text into lines of at most a width, between words where possible; the last line allowed ends in … where text is left
    /// over.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="size">Letter size in pixels.</param>
    /// <param name="bold">Whether it is semi-bold.</param>
    /// <param name="lines">The most lines.</param>
    /// <returns>At least one line.</returns>
    public static IReadOnlyList<string> Wrap(string text, float width, float size, bool bold = false, int lines = 2)
    {
        var result = new List<string>();
        string rest = text.Trim();
        while (result.Count < lines - 1 && Measure(rest, size, bold) > width)
        {
            int fit = Fit(rest, width, size, bold);
            int space = rest.LastIndexOf(' ', Math.Min(fit, rest.Length - 1));
            if (space <= 0)
            {
                break;
            }

            result.Add(rest[..space]);
            rest = rest[(space + 1)..];
        }

        if (Measure(rest, size, bold) > width)
        {
            rest = rest[..Math.Max(1, Fit(rest, width - Measure("…", size, bold), size, bold))].TrimEnd() + "…";
        }

        result.Add(rest);
        return result;
    }

    /// <summary>How many characters fit a width.</summary>
    private static int Fit(string text, float width, float size, bool bold)
    {
        (int low, int high) = (0, text.Length);
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Measure(text[..middle], size, bold) <= width)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low > 0 && low < text.Length && char.IsLowSurrogate(text[low]) ? low - 1 : low;
    }

    private static SKTypeface Face(bool bold) => bold ? Typefaces.SemiBold : Typefaces.Regular;

    private static SKFont Font(SKTypeface typeface, float size) =>
        new(typeface, size) { Subpixel = true, Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.None };
}
