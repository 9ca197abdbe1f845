namespace SuperRes.Lab.Datasets;

/// <summary>Outlines of the shapes, as corners in image pixels.</summary>
internal static class DeadLeavesShapes
{
    /// <summary>Room for the longest outline.</summary>
    public const int MaxCorners = 72;

    /// <summary>Draws an outline at random: disc, ellipse, polygon, bar, blob or bent strand.</summary>
    /// <param name="random">The image's stream.</param>
    /// <param name="x">Its middle.</param>
    /// <param name="y">Its middle.</param>
    /// <param name="radius">Half its size.</param>
    /// <param name="turn">Sine and cosine of its angle.</param>
    /// <param name="corners">Room for <see cref="MaxCorners"/>.</param>
    /// <returns>The corners used.</returns>
    public static ReadOnlySpan<(double X, double Y)> Draw(
        RandomStream random, double x, double y, double radius, (double Sin, double Cos) turn, Span<(double X, double Y)> corners)
    {
        int count = random.NextInt(20) switch
        {
            < 4 => Ellipse(radius, radius, corners),
            < 9 => Ellipse(radius * 1.3, radius * random.Uniform(0.25, 0.9), corners),
            < 13 => Polygon(random, radius, corners),
            < 16 => Bar(radius * random.Uniform(1.2, 2.5), radius * random.Uniform(0.06, 0.4), corners),
            < 19 => Blob(random, radius, corners),
            _ => Strand(random, radius * 2, Math.Max(0.4, radius * random.Uniform(0.03, 0.12)), corners),
        };
        Span<(double X, double Y)> outline = corners[..count];
        foreach (ref (double X, double Y) corner in outline)
        {
            corner = (x + (corner.X * turn.Cos) - (corner.Y * turn.Sin), y + (corner.X * turn.Sin) + (corner.Y * turn.Cos));
        }

        return outline;
    }

    /// <summary>A strand alone, for tufts of them.</summary>
    public static int Strand(RandomStream random, double halfLength, double halfWidth, Span<(double X, double Y)> corners)
    {
        const int steps = 12;
        double bend = random.Uniform(-0.6, 0.6), taper = random.NextDouble();
        for (int i = 0; i <= steps; i++)
        {
            double t = (2.0 * i / steps) - 1;
            double middle = bend * halfLength * t * t, width = halfWidth * (1 - (taper * (t + 1) / 2));
            (double nx, double ny) = (-2 * bend * t, 1);
            double scale = width / Math.Sqrt((nx * nx) + (ny * ny));
            corners[i] = ((t * halfLength) + (nx * scale), middle + (ny * scale));
            corners[(2 * steps) + 1 - i] = ((t * halfLength) - (nx * scale), middle - (ny * scale));
        }

        return 2 * (steps + 1);
    }

    private static int Ellipse(double radiusX, double radiusY, Span<(double X, double Y)> corners)
    {
        int quarter = Math.Max(radiusX, radiusY) switch { < 3 => 3, < 12 => 6, < 50 => 10, _ => 18 };
        for (int i = 0; i < quarter; i++)
        {
            double t = (double)i / quarter, c = (1 - (t * t)) / (1 + (t * t)), s = 2 * t / (1 + (t * t));
            corners[i] = (radiusX * c, radiusY * s);
            corners[quarter + i] = (-radiusX * s, radiusY * c);
            corners[(2 * quarter) + i] = (-radiusX * c, -radiusY * s);
            corners[(3 * quarter) + i] = (radiusX * s, -radiusY * c);
        }

        return 4 * quarter;
    }

    private static int Polygon(RandomStream random, double radius, Span<(double X, double Y)> corners)
    {
        int count = random.NextInt(3, 7);
        for (int i = 0; i < count; i++)
        {
            (double sin, double cos) = Math.SinCos((i + random.Uniform(-0.4, 0.4)) * 2 * Math.PI / count);
            double reach = radius * random.Uniform(0.7, 1.3);
            corners[i] = (reach * cos, reach * sin);
        }

        return count;
    }

    private static int Bar(double halfLength, double halfWidth, Span<(double X, double Y)> corners)
    {
        (corners[0], corners[1]) = ((-halfLength, -halfWidth), (halfLength, -halfWidth));
        (corners[2], corners[3]) = ((halfLength, halfWidth), (-halfLength, halfWidth));
        return 4;
    }

    private static int Blob(RandomStream random, double radius, Span<(double X, double Y)> corners)
    {
        int count = radius < 6 ? 16 : MaxCorners;
        Span<(double Sin, double Cos)> waves = stackalloc (double, double)[6];
        for (int k = 0; k < waves.Length; k++)
        {
            waves[k] = (0.35 * random.Uniform(-1, 1) / (k + 1), 0.35 * random.Uniform(-1, 1) / (k + 1));
        }

        for (int i = 0; i < count; i++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * i / count);
            double reach = 1, s = sin, c = cos;
            foreach ((double forSin, double forCos) in waves)
            {
                // The next multiple of the angle, by the addition theorems.
                (s, c) = ((s * cos) + (c * sin), (c * cos) - (s * sin));
                reach += (forSin * s) + (forCos * c);
            }

            reach = Math.Max(0.2, reach) * radius;
            corners[i] = (reach * cos, reach * sin);
        }

        return count;
    }
}
