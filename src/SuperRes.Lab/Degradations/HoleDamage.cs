namespace SuperRes.Lab.Degradations;

/// <summary>Punches rectangles and brush strokes out of a picture.</summary>
internal static class HoleDamage
{
    public static void Apply(HoleOptions options, Canvas canvas, PaintMask mask, RandomStream random)
    {
        double side = Math.Min(canvas.Width, canvas.Height);
        uint colour = Colour(options.Fill, random);
        int count = options.Count.SampleInt(random);
        for (int i = 0; i < count; i++)
        {
            double x = random.NextDouble() * canvas.Width, y = random.NextDouble() * canvas.Height;
            if (random.Chance(options.StrokeShare))
            {
                Stroke(options, mask, side, x, y, random);
            }
            else
            {
                double width = Math.Max(1, Math.Round(options.Size.Sample(random) * side)), height = Math.Max(1, Math.Round(options.Size.Sample(random) * side));
                double left = Math.Round(x - (width / 2)), top = Math.Round(y - (height / 2));
                mask.Rectangle(left, top, left + width, top + height);
            }
        }

        mask.Paint(canvas, colour, 1);
    }

    private static void Stroke(HoleOptions options, PaintMask mask, double side, double x, double y, RandomStream random)
    {
        double width = Math.Max(1, options.StrokeWidth.Sample(random) * side);
        double direction = random.Uniform(0, 2 * Math.PI);
        int segments = random.NextInt(2, 5);
        for (int i = 0; i < segments; i++)
        {
            double length = options.Size.Sample(random) * side;
            double nextX = x + (Math.Cos(direction) * length), nextY = y + (Math.Sin(direction) * length);
            mask.Line(x, y, nextX, nextY, width);
            (x, y) = (nextX, nextY);
            direction += random.Uniform(-1, 1);
        }
    }

    private static uint Colour(HoleFill fill, RandomStream random) => fill switch
    {
        HoleFill.White => 0xFFFFFFFF,
        HoleFill.Black => 0xFF000000,
        HoleFill.Grey => 0xFF808080,
        _ => Ink.Draw(random),
    };
}

/// <summary>Colours that people and programs write with.</summary>
internal static class Ink
{
    /// <summary>White and black most often, else a grey or a colour.</summary>
    public static uint Draw(RandomStream random)
    {
        double kind = random.NextDouble();
        uint bits = (uint)random.NextBits();
        return kind < 0.35 ? 0xFFFFFFFF
            : kind < 0.6 ? 0xFF000000
            : kind < 0.7 ? ((bits & 0xFF) * 0x010101) | 0xFF000000
            : bits | 0xFF000000;
    }
}
