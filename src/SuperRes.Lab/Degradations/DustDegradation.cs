using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Specks and hairs; default off.</summary>
    [JsonIgnore]
    public DustOptions Dust { get => (DustOptions)this["dust"]; init => Set("dust", value); }
}

/// <summary>Dust and hairs as on prints, films and scanner glass.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DustOptions : DegradationStepOptions
{
    /// <summary>Number of specks; default 5–40.</summary>
    [Range(0, 2000)]
    public Interval Specks { get; init; } = (5, 40);

    /// <summary>Diameter of a speck in pixels; default 0.8–4.</summary>
    [Range(0.2, 50)]
    public Interval Diameter { get; init; } = (0.8, 4);

    /// <summary>Number of hairs; default 0–2.</summary>
    [Range(0, 200)]
    public Interval Hairs { get; init; } = (0, 2);

    /// <summary>Length of a hair in pixels; default 10–60.</summary>
    [Range(2, 1000)]
    public Interval HairLength { get; init; } = (10, 60);

    /// <summary>Share of degraded images whose dust is dark instead of light; default 0.3.</summary>
    [Range(0, 1)]
    public double DarkShare { get; init; } = 0.3;
}

/// <summary>Strews specks and lays curled hairs over a picture.</summary>
internal sealed class DustDegradation() : DegradationStep<DustOptions>("dust", DegradationPlace.Print)
{
    private const int Segments = 10;

    /// <inheritdoc/>
    public override bool IsMark => true;

    protected override void Apply(DustOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        PaintMask mask = workspace.Mask;
        bool dark = random.Chance(options.DarkShare);
        int specks = options.Specks.SampleInt(random), hairs = options.Hairs.SampleInt(random);
        for (int i = 0; i < specks; i++)
        {
            double x = random.NextDouble() * picture.Width, y = random.NextDouble() * picture.Height;
            double diameter = options.Diameter.Sample(random), longer = random.Uniform(0, diameter), direction = random.Uniform(0, Math.PI);
            mask.Line(x, y, x + (longer * Math.Cos(direction)), y + (longer * Math.Sin(direction)), diameter);
            mask.Paint(picture, Level(dark, random), random.Uniform(0.4, 1));
        }

        for (int i = 0; i < hairs; i++)
        {
            double step = options.HairLength.Sample(random) / Segments, direction = random.Uniform(0, 2 * Math.PI);
            double bend = random.Uniform(-0.6, 0.6), width = random.Uniform(0.6, 1.6);
            double x = random.NextDouble() * picture.Width, y = random.NextDouble() * picture.Height;
            for (int segment = 0; segment < Segments; segment++)
            {
                direction += bend + (0.15 * random.NextGaussian());
                double nextX = x + (step * Math.Cos(direction)), nextY = y + (step * Math.Sin(direction));
                mask.Line(x, y, nextX, nextY, width);
                (x, y) = (nextX, nextY);
            }

            mask.Paint(picture, Level(dark, random), random.Uniform(0.4, 1));
        }
    }

    private static uint Level(bool dark, RandomStream random) =>
        ((dark ? (uint)random.NextInt(0, 60) : (uint)random.NextInt(195, 255)) * 0x010101) | 0xFF000000;
}
