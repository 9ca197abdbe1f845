namespace SuperRes.Lab.Datasets;

/// <summary>
/// The colours of one region: drawn around one base in CIELAB, with a few that return, as in a photo of one thing in one light.
/// </summary>
internal sealed class DeadLeavesPalette
{
    private readonly (double L, double A, double B)[] _colors;
    private readonly (double L, double A, double B) _base;
    private readonly double _lightness, _chroma;

    /// <summary>Draws a palette at random around a colour.</summary>
    /// <param name="random">The image's stream.</param>
    /// <param name="around">The image's own base.</param>
    /// <param name="chroma">How far colours of the image go from grey and from each other, about 2–20.</param>
    public DeadLeavesPalette(RandomStream random, (double L, double A, double B) around, double chroma)
    {
        double lightness = Math.Clamp(around.L + (18 * Bell(random)), 15, 88);
        _base = (lightness, around.A + (chroma * Bell(random)), around.B + (1.3 * chroma * Bell(random)));
        _lightness = random.Uniform(4, 22);
        _chroma = chroma * random.Uniform(0.2, 1);
        _colors = new (double, double, double)[random.NextInt(3, 8)];
        for (int i = 0; i < _colors.Length; i++)
        {
            _colors[i] = Around(random, _base, 1);
        }
    }

    /// <summary>A shape's colour in CIELAB.</summary>
    public (double L, double A, double B) Pick(RandomStream random) =>
        random.Chance(0.75) ? Around(random, _colors[random.NextInt(_colors.Length)], 0.2) : Around(random, _base, 1.2);

    /// <summary>A second colour of the same surface: another lightness above all.</summary>
    public (double L, double A, double B) Partner(RandomStream random, (double L, double A, double B) lab)
    {
        double step = (random.Chance(0.5) ? 1 : -1) * random.Uniform(5, random.Chance(0.2) ? 60 : 26);
        double chroma = random.Chance(0.3) ? 0.8 : 0.15;
        return (lab.L + step, lab.A + (_chroma * chroma * Bell(random)), lab.B + (_chroma * chroma * Bell(random)));
    }

    /// <summary>About a normal distribution of variance 1: the sum of four uniform draws.</summary>
    public static double Bell(RandomStream random) =>
        (random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * 1.7320508075688772;

    /// <summary>The sRGB values, 0–255, of a colour in CIELAB under D65.</summary>
    public static (float R, float G, float B) ToRgb((double L, double A, double B) lab)
    {
        double fy = (Math.Clamp(lab.L, 2, 96) + 16) / 116;
        double x = 0.95047 * Unbend(fy + (lab.A / 500)), y = Unbend(fy), z = 1.08883 * Unbend(fy - (lab.B / 200));
        return (
            Encode((3.2404542 * x) - (1.5371385 * y) - (0.4985314 * z)),
            Encode((-0.9692660 * x) + (1.8760108 * y) + (0.0415560 * z)),
            Encode((0.0556434 * x) - (0.2040259 * y) + (1.0572252 * z)));
    }

    private static double Unbend(double f) => f > 6.0 / 29 ? f * f * f : 3 * (6.0 / 29) * (6.0 / 29) * (f - (4.0 / 29));

    private static float Encode(double linear)
    {
        linear = Math.Clamp(linear, 0, 1);
        return (float)(255 * (linear <= 0.0031308 ? 12.92 * linear : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055));
    }

    private (double L, double A, double B) Around(RandomStream random, (double L, double A, double B) lab, double spread)
    {
        double lightness = lab.L + (_lightness * spread * Bell(random)), chroma = _chroma * spread;
        return (lightness, lab.A + (chroma * Bell(random)), lab.B + (chroma * Bell(random)));
    }
}
