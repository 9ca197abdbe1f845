using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Translucent, tiled or logo-like marks; default off.</summary>
    [JsonIgnore]
    public WatermarkOptions Watermark { get => (WatermarkOptions)this["watermark"]; init => Set("watermark", value); }
}

/// <summary>Translucent marks as agencies lay them over previews.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WatermarkOptions : DegradationStepOptions
{
    /// <summary>Opacity; default 0.15–0.5.</summary>
    [Range(0.02, 1)]
    public Interval Opacity { get; init; } = (0.15, 0.5);

    /// <summary>Height of the mark's text as a fraction of the crop's side; default 0.1–0.3.</summary>
    [Range(0.02, 1)]
    public Interval Height { get; init; } = (0.1, 0.3);

    /// <summary>Share of degraded images covered by repeated slanted text; default 0.5.</summary>
    [Range(0, 1)]
    public double TiledShare { get; init; } = 0.5;

    /// <summary>Share of degraded images that carry a ring-and-symbol logo; what is left carries one line of text; default 0.25.</summary>
    [Range(0, 1)]
    public double LogoShare { get; init; } = 0.25;
}

/// <summary>Lays a translucent mark over a picture: slanted text again and again, a logo, or one line.</summary>
internal sealed class WatermarkDegradation() : DegradationStep<WatermarkOptions>("watermark", DegradationPlace.Marks)
{
    private static readonly string[] Names =
        ["stock", "PHOTO", "Agency", "© image", "SAMPLE", "preview", "studio 9", "PixelBank", "lens&co", "© 2019", "proof copy"];

    protected override void Apply(WatermarkOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        PaintMask mask = workspace.Mask;
        double side = Math.Min(picture.Width, picture.Height);
        double height = Math.Max(4, options.Height.Sample(random) * side), size = height * TextPen.SizePerCapital;
        string text = random.Chance(0.8) ? Names[random.NextInt(Names.Length)] : TextDegradation.Draw(random);
        double kind = random.NextDouble();
        (double sin, double cos) = Math.SinCos(random.Uniform(-0.8, 0.8));
        double x = random.NextDouble() * picture.Width, y = random.NextDouble() * picture.Height, weight = random.Uniform(0.8, 1.8);
        if (kind < options.TiledShare)
        {
            Tile(mask, picture, text, size, weight, x, y, sin, cos, random);
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
        mask.Paint(picture, colour, options.Opacity.Sample(random));
    }

    private static void Tile(
        PaintMask mask, Canvas picture, string text, double size, double weight, double x, double y, double sin, double cos,
        RandomStream random)
    {
        double acrossStep = TextPen.Width(text, size) + (size * random.Uniform(0.5, 2)), downStep = size * random.Uniform(1.4, 3);
        double reach = picture.Width + picture.Height;
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
