namespace SuperRes.Lab.Degradations;

/// <summary>Symbols that are laid over pictures, as stamps made from their geometry.</summary>
internal static class Symbols
{
    private static readonly Lazy<Stamp[]> Stamps = new(() =>
    [
        Stamp.FromShape((x, y) => Star(x, y, 5, 0.42)),
        Stamp.FromShape((x, y) => Star(x, y, 8, 0.65)),
        Stamp.FromShape(Heart),
        Stamp.FromShape(Arrow),
        Stamp.FromShape((x, y) => Math.Abs(Radius(x, y) - 0.42) < 0.06),
        Stamp.FromShape((x, y) => Math.Abs(x - y) < 0.11 || Math.Abs(x + y - 1) < 0.11),
        Stamp.FromShape((x, y) => y > 0.08 && y < 0.92 && Math.Abs(x - 0.5) < (y - 0.08) * 0.55),
        Stamp.FromShape(Smile),
        Stamp.FromShape(Camera),
        Stamp.FromShape((x, y) => Math.Abs(x - 0.5) + Math.Abs(y - 0.5) is > 0.34 and < 0.48),
        Stamp.FromShape((x, y) => Radius(x, y) < 0.47),
        Stamp.FromShape((x, y) => Math.Abs(x - 0.5) < 0.12 || Math.Abs(y - 0.5) < 0.12),
    ]);

    public static Stamp Draw(RandomStream random) => Stamps.Value[random.NextInt(Stamps.Value.Length)];

    private static double Radius(double x, double y) => Math.Sqrt(((x - 0.5) * (x - 0.5)) + ((y - 0.5) * (y - 0.5)));

    private static bool Star(double x, double y, int points, double waist)
    {
        double turn = (Math.Atan2(x - 0.5, 0.5 - y) / (2 * Math.PI) * points) + points;
        double fromTip = Math.Abs(turn - Math.Round(turn)) * 2;
        // Polar equation of the line from radius 1 at a tip to radius `waist` half a period on.
        double half = Math.PI / points, angle = fromTip * half;
        double edge = waist * Math.Sin(half) / ((waist * Math.Sin(half - angle)) + Math.Sin(angle));
        return Radius(x, y) < 0.5 * edge;
    }

    private static bool Heart(double x, double y)
    {
        double u = (x - 0.5) * 2.5, v = (0.55 - y) * 2.5, s = (u * u) + (v * v) - 1;
        return (s * s * s) - (u * u * v * v * v) < 0;
    }

    private static bool Arrow(double x, double y) =>
        (x is > 0.04 and < 0.6 && Math.Abs(y - 0.5) < 0.12) || (x is >= 0.55 and < 0.97 && Math.Abs(y - 0.5) < (0.97 - x) * 0.8);

    private static bool Smile(double x, double y)
    {
        double radius = Radius(x, y);
        bool eye = Math.Abs(Math.Abs(x - 0.5) - 0.16) < 0.055 && Math.Abs(y - 0.38) < 0.075;
        bool mouth = Math.Abs(radius - 0.28) < 0.04 && y > 0.58;
        return Math.Abs(radius - 0.43) < 0.05 || eye || mouth;
    }

    private static bool Camera(double x, double y)
    {
        bool body = (x is > 0.05 and < 0.95 && y is > 0.28 and < 0.85) || (x is > 0.35 and < 0.65 && y is > 0.16 and < 0.3);
        double lens = Math.Sqrt(((x - 0.5) * (x - 0.5)) + ((y - 0.56) * (y - 0.56)));
        return body && lens is not (> 0.14 and < 0.21);
    }
}
