using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Datasets;

/// <summary>Paints one image: leaf after leaf from the front to the back, until nothing of the canvas is open.</summary>
internal sealed class DeadLeavesPainter(DeadLeavesOptions options, RandomStream random)
{
    // Beyond this the leaves to come would almost all lie hidden: one last leaf takes what is left between the others.
    private const double Full = 0.998;
    private readonly DeadLeavesScene _scene = new(random, options);

    public RgbImage Paint()
    {
        (double lightX, double lightY) = (random.Uniform(-0.4, 0.4), random.Uniform(-0.4, 0.4));
        using var canvas = new DeadLeavesCanvas(options.Size);
        bool lettering = random.Chance(options.LetteringShare);
        double letteringAt = lettering ? random.Uniform(0, 0.25) : 2;
        if (random.Chance(options.DefocusShare))
        {
            Cover(canvas, random.Uniform(0.3, 0.7), letteringAt);
            using var behind = new DeadLeavesCanvas(options.Size);
            Cover(behind, Full, 2);
            behind.PaintRest(Backdrop());
            behind.Blur(random.NextInt(1, 7));
            canvas.ShowBehind(behind);
        }
        else
        {
            Cover(canvas, Full, letteringAt);
            canvas.PaintRest(Backdrop());
        }

        return canvas.ToImage(lightX, lightY);
    }

    private DeadLeavesPaint Backdrop()
    {
        double middle = options.Size / 2.0;
        DeadLeavesPalette palette = _scene.At(middle, middle).Palette;
        return new(random, palette, middle, middle, options.Size, Math.SinCos(random.Uniform(0, 6.28)), options.TextureShare);
    }

    private void Cover(DeadLeavesCanvas canvas, double share, double letteringAt)
    {
        Span<(double X, double Y)> corners = stackalloc (double, double)[DeadLeavesShapes.MaxCorners];
        while (canvas.Covered < share)
        {
            if (canvas.Covered >= letteringAt)
            {
                letteringAt = 2;
                DeadLeavesLettering.Paint(canvas, random, _scene, options);
            }

            double radius = Radius();
            (double x, double y) = (random.Uniform(-radius, options.Size + radius), random.Uniform(-radius, options.Size + radius));
            DeadLeavesScene.Region region = _scene.At(x, y);
            if (radius < region.SmallestRadius)
            {
                continue;
            }

            (double Sin, double Cos) turn = Math.SinCos(random.Uniform(0, 2 * Math.PI));
            if (radius > 6 && random.Chance(0.05))
            {
                Tuft(canvas, region.Palette, x, y, radius, turn, corners);
            }
            else
            {
                ReadOnlySpan<(double X, double Y)> outline = DeadLeavesShapes.Draw(random, x, y, radius, turn, corners);
                canvas.PaintBehind(outline, new DeadLeavesPaint(random, region.Palette, x, y, radius, turn, options.TextureShare));
            }
        }
    }

    /// <summary>A radius with a density of r⁻³: then every scale covers as much of the image as any other, as in nature.</summary>
    private double Radius()
    {
        double ratio = options.MinRadius / (options.MaxRadiusShare * options.Size);
        return options.MinRadius / Math.Sqrt(1 - (random.NextDouble() * (1 - (ratio * ratio))));
    }

    /// <summary>Strands of about one direction and colour: grass, hair, twigs.</summary>
    private void Tuft(
        DeadLeavesCanvas canvas, DeadLeavesPalette palette, double x, double y, double radius, (double Sin, double Cos) turn,
        Span<(double X, double Y)> corners)
    {
        int strands = random.NextInt(5, 40);
        double spread = random.Uniform(0.05, 0.5), width = Math.Max(0.35, radius * random.Uniform(0.01, 0.06));
        (double L, double A, double B) lab = palette.Pick(random);
        for (int i = 0; i < strands; i++)
        {
            double lean = spread * DeadLeavesPalette.Bell(random);
            (double sin, double cos) = (turn.Sin + (lean * turn.Cos), turn.Cos - (lean * turn.Sin));
            double dx = x + (radius * 0.5 * DeadLeavesPalette.Bell(random)), dy = y + (radius * 0.5 * DeadLeavesPalette.Bell(random));
            int count = DeadLeavesShapes.Strand(random, radius * random.Uniform(0.6, 1.4), width, corners);
            Span<(double X, double Y)> outline = corners[..count];
            foreach (ref (double X, double Y) corner in outline)
            {
                corner = (dx + (corner.X * cos) - (corner.Y * sin), dy + (corner.X * sin) + (corner.Y * cos));
            }

            canvas.PaintBehind(outline, new DeadLeavesPaint(palette.Partner(random, lab)));
        }
    }
}
