using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Creases and torn edges; default off.</summary>
    [JsonIgnore]
    public FoldOptions Folds { get => (FoldOptions)this["folds"]; init => Set("folds", value); }
}

/// <summary>Creases across the picture, and torn-off corners and edges.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FoldOptions : DegradationStepOptions
{
    /// <summary>Number of creases; default 1–2.</summary>
    [Range(0, 20)]
    public Interval Count { get; init; } = (1, 2);

    /// <summary>Width of a crease as a fraction of the crop's side; default 0.01–0.04.</summary>
    [Range(0.002, 0.3)]
    public Interval Width { get; init; } = (0.01, 0.04);

    /// <summary>Share of degraded images with a torn edge; default 0.3.</summary>
    [Range(0, 1)]
    public double TearShare { get; init; } = 0.3;

    /// <summary>How far a tear reaches in, as a fraction of the crop's side; default 0.05–0.25.</summary>
    [Range(0.01, 0.9)]
    public Interval TearDepth { get; init; } = (0.05, 0.25);
}

/// <summary>Creases a print, and tears pieces off its edge.</summary>
internal sealed class FoldDegradation() : DegradationStep<FoldOptions>("folds", DegradationPlace.Print)
{
    /// <inheritdoc/>
    public override bool IsMark => true;

    protected override void Apply(FoldOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        double side = Math.Min(picture.Width, picture.Height);
        int count = options.Count.SampleInt(random);
        for (int i = 0; i < count; i++)
        {
            Crease(picture, options.Width.Sample(random) * side, random);
        }

        if (random.Chance(options.TearShare))
        {
            Tear(picture, options.TearDepth.Sample(random) * side, random);
        }
    }

    /// <summary>A line across the picture: worn-off paper in its middle, light on one slope, shadow on the other.</summary>
    private static void Crease(Canvas picture, double width, RandomStream random)
    {
        width = Math.Max(width, 1);
        double angle = random.Chance(0.6) ? (random.NextInt(2) * Math.PI / 2) + (0.05 * random.NextGaussian()) : random.Uniform(0, Math.PI);
        (double sin, double cos) = Math.SinCos(angle);
        double offset = (random.Uniform(0.15, 0.85) * picture.Width * cos) + (random.Uniform(0.15, 0.85) * picture.Height * sin);
        double shade = random.Uniform(20, 70) * (random.Chance(0.5) ? 1 : -1), wear = random.Uniform(0.3, 1), reach = width * 3;
        for (int y = 0; y < picture.Height; y++)
        {
            Span<uint> row = picture.Pixels.Slice(y * picture.Width, picture.Width);
            double distance = (y * sin) - offset;
            for (int x = 0; x < row.Length; x++)
            {
                double d = distance + (x * cos);
                if (Math.Abs(d) >= reach)
                {
                    continue;
                }

                // The worn line is ragged: whether the paper shows is decided pixel by pixel.
                double core = Math.Max(0, 1 - (Math.Abs(d) / (width * 0.5))) * wear * (0.4 + (0.6 * random.NextDouble()));
                int change = (int)(shade * (d > 0 ? 1 : -1) * (1 - (Math.Abs(d) / reach)));
                row[x] = Blend.Over(Shade(row[x], change), 0xFFF0F4F4, (int)(core * 256));
            }
        }
    }

    /// <summary>Beyond a ragged line near one side there is nothing; along the line the paper's core shows.</summary>
    private static void Tear(Canvas picture, double depth, RandomStream random)
    {
        int edge = random.NextInt(4);
        bool upright = edge < 2;
        int length = upright ? picture.Height : picture.Width, across = upright ? picture.Width : picture.Height;
        double center = random.Uniform(-0.1, 1.1) * length, spread = random.Uniform(0.2, 0.8) * length, rim = random.Uniform(1, 3);
        uint beyond = random.Chance(0.6) ? 0xFFFFFFFF
            : random.Chance(0.5) ? 0xFF000000
            : ((uint)random.NextInt(256) * 0x010101) | 0xFF000000;
        double wander = 0;
        for (int i = 0; i < length; i++)
        {
            wander = (0.9 * wander) + (0.08 * depth * random.NextGaussian());
            double t = (i - center) / spread;
            double reach = (depth * (1 - (t * t))) + wander;
            for (int j = 0; j < across && j < reach + rim; j++)
            {
                int inward = (edge & 1) == 0 ? j : across - 1 - j;
                int at = upright ? (i * picture.Width) + inward : (inward * picture.Width) + i;
                picture.Pixels[at] = j < reach ? beyond : 0xFFE8ECEE;
            }

            if (reach <= 0)
            {
                wander = Math.Min(wander, 0);
            }
        }
    }

    private static uint Shade(uint pixel, int change)
    {
        uint r = (uint)Math.Clamp((int)(pixel & 0xFF) + change, 0, 255);
        uint g = (uint)Math.Clamp((int)((pixel >> 8) & 0xFF) + change, 0, 255);
        uint b = (uint)Math.Clamp((int)((pixel >> 16) & 0xFF) + change, 0, 255);
        return r | (g << 8) | (b << 16) | 0xFF000000;
    }
}
