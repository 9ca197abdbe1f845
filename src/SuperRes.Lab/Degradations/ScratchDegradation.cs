using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Thin bright or dark lines; default off.</summary>
    [JsonIgnore]
    public ScratchOptions Scratches { get => (ScratchOptions)this["scratches"]; init => Set("scratches", value); }
}

/// <summary>Scratches as on old prints and films.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ScratchOptions : DegradationStepOptions
{
    /// <summary>Number of scratches; default 1–6.</summary>
    [Range(1, 100)]
    public Interval Count { get; init; } = (1, 6);

    /// <summary>Width in pixels; default 0.6–2.</summary>
    [Range(0.2, 20)]
    public Interval Width { get; init; } = (0.6, 2);

    /// <summary>Length as a fraction of the crop's side; default 0.2–1.2.</summary>
    [Range(0.02, 2)]
    public Interval Length { get; init; } = (0.2, 1.2);

    /// <summary>Opacity; default 0.4–1.</summary>
    [Range(0.02, 1)]
    public Interval Opacity { get; init; } = (0.4, 1);

    /// <summary>
    /// How unevenly a scratch is worn, 0 to 1: each bit of it, a few pixels long, lets between none and this part of the picture through.
    /// Default 0.
    /// </summary>
    [Range(0, 1)]
    public double Wear { get; init; }
}

/// <summary>Draws scratches: long, nearly straight, thin, bright or dark.</summary>
internal sealed class ScratchDegradation() : DegradationStep<ScratchOptions>("scratches", DegradationPlace.Print)
{
    private const int Segments = 6;

    /// <inheritdoc/>
    public override bool IsMark => true;

    protected override void Apply(ScratchOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        PaintMask mask = workspace.Mask;
        double side = Math.Min(picture.Width, picture.Height);
        int count = options.Count.SampleInt(random);
        // Scratches of one print run in similar directions.
        double common = random.Uniform(0, Math.PI);
        for (int i = 0; i < count; i++)
        {
            double direction = random.Chance(0.7) ? common + (0.15 * random.NextGaussian()) : random.Uniform(0, Math.PI);
            double step = options.Length.Sample(random) * side / Segments;
            double x = (random.NextDouble() * picture.Width) - (Math.Cos(direction) * step * Segments / 2);
            double y = (random.NextDouble() * picture.Height) - (Math.Sin(direction) * step * Segments / 2);
            double width = options.Width.Sample(random);
            for (int segment = 0; segment < Segments; segment++)
            {
                direction += 0.06 * random.NextGaussian();
                double nextX = x + (Math.Cos(direction) * step), nextY = y + (Math.Sin(direction) * step);
                // Here and there the blade lifted off.
                if (!random.Chance(0.1))
                {
                    Scrape(mask, (x, y), (nextX, nextY), width * random.Uniform(0.7, 1.3), options.Wear, random);
                }

                (x, y) = (nextX, nextY);
            }

            uint level = random.Chance(0.75) ? (uint)random.NextInt(200, 255) : (uint)random.NextInt(0, 50);
            mask.Paint(picture, (level * 0x010101) | 0xFF000000, options.Opacity.Sample(random));
        }
    }

    /// <summary>A part of a scratch: one line, or where it is worn bits of different width, which makes thin ones fainter.</summary>
    private static void Scrape(
        PaintMask mask, (double X, double Y) from, (double X, double Y) to, double width, double wear, RandomStream random)
    {
        const double Bit = 4;
        int bits = wear == 0 ? 1 : Math.Max(1, (int)(double.Hypot(to.X - from.X, to.Y - from.Y) / Bit));
        (double dx, double dy) = ((to.X - from.X) / bits, (to.Y - from.Y) / bits);
        for (int i = 0; i < bits; i++)
        {
            double kept = wear == 0 ? 1 : 1 - (wear * random.NextDouble());
            (double x, double y) = (from.X + (i * dx), from.Y + (i * dy));
            mask.Line(x, y, x + dx, y + dy, width * kept);
        }
    }
}
