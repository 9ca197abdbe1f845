namespace SuperRes.Lab.Degradations;

/// <summary>Draws scratches: long, nearly straight, thin, bright or dark.</summary>
internal static class ScratchDamage
{
    private const int Segments = 6;

    public static void Apply(ScratchOptions options, Canvas canvas, PaintMask mask, RandomStream random)
    {
        double side = Math.Min(canvas.Width, canvas.Height);
        int count = options.Count.SampleInt(random);
        // Scratches of one print run in similar directions.
        double common = random.Uniform(0, Math.PI);
        for (int i = 0; i < count; i++)
        {
            double direction = random.Chance(0.7) ? common + (0.15 * random.NextGaussian()) : random.Uniform(0, Math.PI);
            double step = options.Length.Sample(random) * side / Segments;
            double x = (random.NextDouble() * canvas.Width) - (Math.Cos(direction) * step * Segments / 2);
            double y = (random.NextDouble() * canvas.Height) - (Math.Sin(direction) * step * Segments / 2);
            double width = options.Width.Sample(random);
            for (int segment = 0; segment < Segments; segment++)
            {
                direction += 0.06 * random.NextGaussian();
                double nextX = x + (Math.Cos(direction) * step), nextY = y + (Math.Sin(direction) * step);
                // Here and there the blade lifted off.
                if (!random.Chance(0.1))
                {
                    mask.Line(x, y, nextX, nextY, width * random.Uniform(0.7, 1.3));
                }

                (x, y) = (nextX, nextY);
            }

            uint level = random.Chance(0.75) ? (uint)random.NextInt(200, 255) : (uint)random.NextInt(0, 50);
            mask.Paint(canvas, (level * 0x010101) | 0xFF000000, options.Opacity.Sample(random));
        }
    }
}
