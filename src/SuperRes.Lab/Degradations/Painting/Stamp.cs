namespace SuperRes.Lab.Degradations;

/// <summary>A glyph or symbol as coverage, at several sizes, so that drawing it small neither flickers nor costs more.</summary>
internal sealed class Stamp
{
    private readonly StampLevel[] _levels;

    /// <summary>Creates the stamp from its largest picture.</summary>
    public Stamp(byte[] coverage, int width, int height)
    {
        var levels = new List<StampLevel> { new(coverage, width, height) };
        while (levels[^1].Height >= 8)
        {
            levels.Add(levels[^1].Halve());
        }

        _levels = [.. levels];
    }

    /// <summary>The smallest picture that is at least as high as the drawing.</summary>
    public StampLevel LevelFor(double height)
    {
        int level = 0;
        while (level + 1 < _levels.Length && _levels[level + 1].Height >= height)
        {
            level++;
        }

        return _levels[level];
    }

    /// <summary>A symbol from the test whether a point of the unit square lies within, with 4×4 samples per pixel.</summary>
    public static Stamp FromShape(Func<double, double, bool> inside, int size = 64)
    {
        var coverage = new byte[size * size];
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                int hits = 0;
                for (int sample = 0; sample < 16; sample++)
                {
                    hits += inside((x + ((sample & 3) + 0.5) / 4) / size, (y + ((sample >> 2) + 0.5) / 4) / size) ? 1 : 0;
                }

                coverage[(y * size) + x] = (byte)(hits * 255 / 16);
            }
        }

        return new Stamp(coverage, size, size);
    }
}

/// <summary>A stamp's picture at one size.</summary>
internal sealed class StampLevel(byte[] coverage, int width, int height)
{
    public int Width => width;

    public int Height => height;

    /// <summary>Bilinear interpolation; nothing lies outside. Integer coordinates are corners, not centres.</summary>
    public double Sample(double u, double v)
    {
        double x = u - 0.5, y = v - 0.5;
        int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
        double fx = x - left, fy = y - top;
        return ((At(left, top) * (1 - fx)) + (At(left + 1, top) * fx)) * (1 - fy)
            + (((At(left, top + 1) * (1 - fx)) + (At(left + 1, top + 1) * fx)) * fy);
    }

    public StampLevel Halve()
    {
        int w = Math.Max(1, width / 2), h = Math.Max(1, height / 2);
        return new StampLevel(Imaging.Resampler.ResizePlane(coverage, width, height, w, h, Imaging.ResampleFilter.Box), w, h);
    }

    private int At(int x, int y) => (uint)x < (uint)width && (uint)y < (uint)height ? coverage[(y * width) + x] : 0;
}
