using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Punched-out rectangles and strokes; default off.</summary>
    [JsonIgnore]
    public HoleOptions Holes { get => (HoleOptions)this["holes"]; init => Set("holes", value); }
}

/// <summary>Parts of the input cut out and filled with one colour.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record HoleOptions : DegradationStepOptions
{
    /// <summary>Number of holes; default 1–5.</summary>
    [Range(1, 100)]
    public Interval Count { get; init; } = (1, 5);

    /// <summary>Side of a rectangle, length of a stroke's segments, as a fraction of the crop's side; default 0.05–0.25.</summary>
    [Range(0.005, 1)]
    public Interval Size { get; init; } = (0.05, 0.25);

    /// <summary>Share of holes that are brush strokes instead of rectangles; default 0.4.</summary>
    [Range(0, 1)]
    public double StrokeShare { get; init; } = 0.4;

    /// <summary>Width of a stroke as a fraction of the crop's side; default 0.01–0.06.</summary>
    [Range(0.002, 0.5)]
    public Interval StrokeWidth { get; init; } = (0.01, 0.06);

    /// <summary>What stands in the holes; default random.</summary>
    public HoleFill Fill { get; init; } = HoleFill.Random;
}

/// <summary>What stands in a punched hole.</summary>
public enum HoleFill
{
    /// <summary>White or black or grey or a colour, drawn per image.</summary>
    Random,

    /// <summary>White.</summary>
    White,

    /// <summary>Black.</summary>
    Black,

    /// <summary>Middle grey.</summary>
    Grey,
}

/// <summary>Punches rectangles and brush strokes out of a picture.</summary>
internal sealed class HoleDegradation() : DegradationStep<HoleOptions>("holes", DegradationPlace.Marks)
{
    protected override void Apply(HoleOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        PaintMask mask = workspace.Mask;
        double side = Math.Min(picture.Width, picture.Height);
        uint colour = Colour(options.Fill, random);
        int count = options.Count.SampleInt(random);
        for (int i = 0; i < count; i++)
        {
            double x = random.NextDouble() * picture.Width, y = random.NextDouble() * picture.Height;
            if (random.Chance(options.StrokeShare))
            {
                Stroke(options, mask, side, x, y, random);
            }
            else
            {
                double width = Math.Max(1, Math.Round(options.Size.Sample(random) * side));
                double height = Math.Max(1, Math.Round(options.Size.Sample(random) * side));
                double left = Math.Round(x - (width / 2)), top = Math.Round(y - (height / 2));
                mask.Rectangle(left, top, left + width, top + height);
            }
        }

        mask.Paint(picture, colour, 1);
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
