using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Translucent blotches; default off.</summary>
    [JsonIgnore]
    public StainOptions Stains { get => (StainOptions)this["stains"]; init => Set("stains", value); }
}

/// <summary>Blotches as water, coffee and mould leave them.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StainOptions : DegradationStepOptions
{
    /// <summary>Number of stains; default 1–3.</summary>
    [Range(1, 100)]
    public Interval Count { get; init; } = (1, 3);

    /// <summary>Diameter as a fraction of the crop's side; default 0.03–0.25.</summary>
    [Range(0.005, 2)]
    public Interval Size { get; init; } = (0.03, 0.25);

    /// <summary>Opacity; default 0.15–0.5.</summary>
    [Range(0.02, 1)]
    public Interval Opacity { get; init; } = (0.15, 0.5);
}

/// <summary>Draws stains: discs that overlap, brown or pale, some with the darker rim of dried water.</summary>
internal sealed class StainDegradation() : DegradationStep<StainOptions>("stains", DegradationPlace.Print)
{
    private static readonly uint[] Colours = [0xFF28406A, 0xFF3A5C8C, 0xFF1E2E3C, 0xFFC8DCE8, 0xFF4A5A50];

    /// <inheritdoc/>
    public override bool IsMark => true;

    protected override void Apply(StainOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        PaintMask mask = workspace.Mask;
        double side = Math.Min(picture.Width, picture.Height);
        int count = options.Count.SampleInt(random);
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Max(1, options.Size.Sample(random) * side / 2);
            double x = random.NextDouble() * picture.Width, y = random.NextDouble() * picture.Height;
            bool rim = random.Chance(0.4);
            int discs = random.NextInt(1, 5);
            for (int disc = 0; disc < discs; disc++)
            {
                double part = radius * random.Uniform(0.5, 1), thick = rim ? random.Uniform(1, 2 + (0.1 * part)) : part;
                double away = radius - part, direction = random.Uniform(0, 2 * Math.PI);
                mask.Ring(x + (away * Math.Cos(direction)), y + (away * Math.Sin(direction)), part - (thick / 2), thick);
            }

            mask.Paint(picture, Colours[random.NextInt(Colours.Length)], options.Opacity.Sample(random));
        }
    }
}
