namespace SuperRes.Lab.Imaging;

/// <summary>
/// Draws antialiased shapes into pictures, the same on every machine. Coordinates are in pixels from the upper left corner: the first
/// pixel reaches from 0 to 1. Shapes may reach outside.
/// </summary>
public static class Drawing
{
    // A quarter circle in so many lines stays within a tenth of a pixel of itself up to a radius of 150.
    private const int LinesPerQuarter = 24;

    /// <summary>Fills a rectangle with upright sides.</summary>
    /// <param name="image">The picture to draw into.</param>
    /// <param name="x">Left edge.</param>
    /// <param name="y">Upper edge.</param>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    /// <param name="color">The colour.</param>
    /// <param name="opacity">0–1. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is outside 0–1.</exception>
    public static void FillRectangle(RgbImage image, double x, double y, double width, double height, RgbColor color, double opacity = 1) =>
        FillPolygon(image, [(x, y), (x + width, y), (x + width, y + height), (x, y + height)], color, opacity);

    /// <summary>Fills a circle.</summary>
    /// <param name="image">The picture to draw into.</param>
    /// <param name="centerX">Its middle.</param>
    /// <param name="centerY">Its middle.</param>
    /// <param name="radius">Its radius.</param>
    /// <param name="color">The colour.</param>
    /// <param name="opacity">0–1. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is outside 0–1.</exception>
    public static void FillCircle(RgbImage image, double centerX, double centerY, double radius, RgbColor color, double opacity = 1) =>
        FillEllipse(image, centerX, centerY, radius, radius, 0, color, opacity);

    /// <summary>Fills an ellipse.</summary>
    /// <param name="image">The picture to draw into.</param>
    /// <param name="centerX">Its middle.</param>
    /// <param name="centerY">Its middle.</param>
    /// <param name="radiusX">Half its first axis.</param>
    /// <param name="radiusY">Half its second axis.</param>
    /// <param name="angle">How far it is turned, in degrees clockwise.</param>
    /// <param name="color">The colour.</param>
    /// <param name="opacity">0–1. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is outside 0–1.</exception>
    public static void FillEllipse(
        RgbImage image, double centerX, double centerY, double radiusX, double radiusY, double angle, RgbColor color, double opacity = 1)
    {
        (double sin, double cos) = PortableMath.SinCos(angle * (Math.PI / 180));
        Span<(double X, double Y)> points = stackalloc (double X, double Y)[LinesPerQuarter * 4];
        for (int i = 0; i < LinesPerQuarter; i++)
        {
            // The rational form of the circle: exact points from arithmetic alone.
            double t = (double)i / LinesPerQuarter, c = (1 - (t * t)) / (1 + (t * t)), s = 2 * t / (1 + (t * t));
            (points[i], points[LinesPerQuarter + i]) = ((c, s), (-s, c));
            (points[(2 * LinesPerQuarter) + i], points[(3 * LinesPerQuarter) + i]) = ((-c, -s), (s, -c));
        }

        foreach (ref (double X, double Y) point in points)
        {
            (double x, double y) = (point.X * radiusX, point.Y * radiusY);
            point = (centerX + (x * cos) - (y * sin), centerY + (x * sin) + (y * cos));
        }

        FillPolygon(image, points, color, opacity);
    }

    /// <summary>Fills a polygon; one that crosses itself is filled wherever it winds around a point.</summary>
    /// <param name="image">The picture to draw into.</param>
    /// <param name="points">Its corners.</param>
    /// <param name="color">The colour.</param>
    /// <param name="opacity">0–1. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is outside 0–1.</exception>
    public static void FillPolygon(RgbImage image, ReadOnlySpan<(double X, double Y)> points, RgbColor color, double opacity = 1)
    {
        CoverageMask mask = MaskFor(image, points, 0);
        mask.AddPolygon(points);
        mask.Blend(image, color, opacity);
    }

    /// <summary>Draws a line with round ends.</summary>
    /// <param name="image">The picture to draw into.</param>
    /// <param name="x0">Start.</param>
    /// <param name="y0">Start.</param>
    /// <param name="x1">End.</param>
    /// <param name="y1">End.</param>
    /// <param name="thickness">Its width; below 1 it fades.</param>
    /// <param name="color">The colour.</param>
    /// <param name="opacity">0–1. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is outside 0–1.</exception>
    public static void DrawLine(RgbImage image, double x0, double y0, double x1, double y1, double thickness, RgbColor color, double opacity = 1) =>
        DrawPolyline(image, [(x0, y0), (x1, y1)], thickness, color, opacity);

    /// <summary>Draws lines from point to point with round joins and ends; where they overlap the colour is laid on once.</summary>
    /// <param name="image">The picture to draw into.</param>
    /// <param name="points">The points; a single one is a dot.</param>
    /// <param name="thickness">The lines' width; below 1 they fade.</param>
    /// <param name="color">The colour.</param>
    /// <param name="opacity">0–1. Default: 1.</param>
    /// <param name="closed">Whether a line leads back from the last point to the first. Default: false.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is outside 0–1.</exception>
    public static void DrawPolyline(
        RgbImage image, ReadOnlySpan<(double X, double Y)> points, double thickness, RgbColor color, double opacity = 1, bool closed = false)
    {
        CoverageMask mask = MaskFor(image, points, (thickness / 2) + 0.5);
        for (int i = 0; i < points.Length; i++)
        {
            int next = i + 1 < points.Length ? i + 1 : closed || points.Length == 1 ? 0 : -1;
            if (next >= 0)
            {
                mask.AddStroke(points[i].X, points[i].Y, points[next].X, points[next].Y, thickness);
            }
        }

        mask.Blend(image, color, opacity);
    }

    private static CoverageMask MaskFor(RgbImage image, ReadOnlySpan<(double X, double Y)> points, double margin)
    {
        (double left, double top, double right, double bottom) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        foreach ((double x, double y) in points)
        {
            (left, right) = (Math.Min(left, x), Math.Max(right, x));
            (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
        }

        return new CoverageMask(left - margin, top - margin, right + margin, bottom + margin, image.Width, image.Height);
    }
}
