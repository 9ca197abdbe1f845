using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Degradations;

/// <summary>Lays a translucent mark over a picture: slanted text again and again, a logo, or one line.</summary>
internal static class WatermarkDamage
{
    private static readonly string[] Names = ["stock", "PHOTO", "Agency", "© image", "SAMPLE", "preview", "studio 9", "PixelBank", "lens&co", "© 2019", "proof copy"];

    public static void Apply(WatermarkOptions options, Canvas canvas, PaintMask mask, RandomStream random)
    {
        double side = Math.Min(canvas.Width, canvas.Height);
        double height = Math.Max(4, options.Height.Sample(random) * side), size = height * TextPen.SizePerCapital;
        string text = random.Chance(0.8) ? Names[random.NextInt(Names.Length)] : TextDamage.Draw(random);
        double kind = random.NextDouble();
        (double sin, double cos) = PortableMath.SinCos(random.Uniform(-0.8, 0.8));
        double x = random.NextDouble() * canvas.Width, y = random.NextDouble() * canvas.Height, weight = random.Uniform(0.8, 1.8);
        if (kind < options.TiledShare)
        {
            Tile(mask, canvas, text, size, weight, x, y, sin, cos, random);
        }
        else if (kind < options.TiledShare + options.LogoShare)
        {
            Logo(mask, text, size, weight, x, y, random);
        }
        else
        {
            double half = TextPen.Width(text, size) / 2;
            TextPen.Write(mask, text, x - (half * cos), y - (half * sin), size, weight, sin, cos);
        }

        uint colour = random.Chance(0.75) ? 0xFFFFFFFF : Ink.Draw(random);
        mask.Paint(canvas, colour, options.Opacity.Sample(random));
    }

    private static void Tile(PaintMask mask, Canvas canvas, string text, double size, double weight, double x, double y, double sin, double cos, RandomStream random)
    {
        double acrossStep = TextPen.Width(text, size) + (size * random.Uniform(0.5, 2)), downStep = size * random.Uniform(1.4, 3);
        double reach = canvas.Width + canvas.Height;
        int columns = (int)(reach / acrossStep) + 1, rows = (int)(reach / downStep) + 1;
        for (int row = -rows; row <= rows; row++)
        {
            double shift = (row & 1) * acrossStep / 2;
            for (int column = -columns; column <= columns; column++)
            {
                double across = (column * acrossStep) + shift, down = row * downStep;
                TextPen.Write(mask, text, x + (across * cos) - (down * sin), y + (across * sin) + (down * cos), size, weight, sin, cos);
            }
        }
    }

    private static void Logo(PaintMask mask, string text, double size, double weight, double x, double y, RandomStream random)
    {
        double radius = size * random.Uniform(0.9, 1.4), pen = size * 0.09 * weight;
        mask.Ring(x, y, radius, pen);
        mask.Ring(x, y, radius * 0.86, pen / 2);
        double symbol = radius * 0.95;
        mask.Stamp(Symbols.Draw(random), x - (symbol / 2), y - (symbol / 2), symbol, 0, 1);
        if (random.Chance(0.6))
        {
            double small = size * 0.6;
            TextPen.Write(mask, text, x - (TextPen.Width(text, small) / 2), y + radius + small, small, weight, 0, 1);
        }
    }
}
