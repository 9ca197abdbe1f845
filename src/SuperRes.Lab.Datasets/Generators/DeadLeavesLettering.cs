using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Datasets;

/// <summary>A sheet with lines of random signs: signs and print are what upscaled photos are judged by.</summary>
internal static class DeadLeavesLettering
{
    public const string Signs = "aaabcdeeeefghiiijklmnnoooprrrsssttuuvwxyzABCDEFGHIJKLMNOPRSTUVW0123456789.,-!?&";

    public static void Paint(DeadLeavesCanvas canvas, RandomStream random, DeadLeavesScene scene, DeadLeavesOptions options)
    {
        double size = 6 * Math.Pow(5, random.NextDouble()), unit = size / StrokeFont.EmUnits;
        double pen = Math.Max(0.4, size * random.Uniform(0.03, 0.09));
        int lines = random.NextInt(1, 8), signs = random.NextInt(4, 26);
        (double Sin, double Cos) turn = Math.SinCos(random.Uniform(-0.4, 0.4));
        (double x, double y) = (random.Uniform(-0.1, 0.7) * options.Size, random.Uniform(0, 0.8) * options.Size);
        DeadLeavesPalette palette = scene.At(x, y).Palette;
        (double L, double A, double B) paper = palette.Pick(random);
        var ink = new DeadLeavesPaint((paper.L > 50 ? random.Uniform(5, 25) : random.Uniform(75, 95), paper.A / 2, paper.B / 2));
        (double X, double Y) Place(double across, double down) =>
            (x + (across * turn.Cos) - (down * turn.Sin), y + (across * turn.Sin) + (down * turn.Cos));
        double widest = 0;
        for (int line = 0; line < lines; line++)
        {
            double across = 0, baseline = (StrokeFont.CapHeight + (line * StrokeFont.LineUnits)) * unit;
            for (int i = 0; i < signs; i++)
            {
                StrokeFont.Glyph glyph = StrokeFont.For(random.Chance(0.16) ? ' ' : Signs[random.NextInt(Signs.Length)]);
                foreach ((double X, double Y)[] stroke in glyph.Strokes)
                {
                    for (int k = 1; k < stroke.Length; k++)
                    {
                        Stroke(
                            canvas,
                            Place(across + (stroke[k - 1].X * unit), baseline - (stroke[k - 1].Y * unit)),
                            Place(across + (stroke[k].X * unit), baseline - (stroke[k].Y * unit)),
                            pen,
                            ink);
                    }
                }

                across += (glyph.Width + StrokeFont.Gap) * unit;
            }

            widest = Math.Max(widest, across);
        }

        double margin = size * random.Uniform(0.3, 1.2), height = (lines * StrokeFont.LineUnits * unit) + margin;
        (double X, double Y) middle = Place(widest / 2, height / 2);
        canvas.PaintBehind(
            [Place(-margin, -margin), Place(widest + margin, -margin), Place(widest + margin, height), Place(-margin, height)],
            new DeadLeavesPaint(random, palette, paper, middle.X, middle.Y, Math.Max(widest, height), turn, options.TextureShare * 0.3));
    }

    /// <summary>A piece of a pen's line, longer by half the pen at both ends so that the pieces of a curve join.</summary>
    private static void Stroke(
        DeadLeavesCanvas canvas, (double X, double Y) from, (double X, double Y) to, double pen, in DeadLeavesPaint ink)
    {
        double dx = to.X - from.X, dy = to.Y - from.Y, length = Math.Sqrt((dx * dx) + (dy * dy));
        if (length == 0)
        {
            return;
        }

        (dx, dy) = (dx * pen / 2 / length, dy * pen / 2 / length);
        canvas.PaintBehind(
            [
                (from.X - dx - dy, from.Y - dy + dx), (to.X + dx - dy, to.Y + dy + dx),
                (to.X + dx + dy, to.Y + dy - dx), (from.X - dx + dy, from.Y - dy - dx),
            ],
            ink);
    }
}
