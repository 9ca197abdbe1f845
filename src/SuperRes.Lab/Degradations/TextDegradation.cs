using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Written words and symbols; default off.</summary>
    [JsonIgnore]
    public TextOptions Text { get => (TextOptions)this["text"]; init => Set("text", value); }
}

/// <summary>Words, numbers and symbols written over the input.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TextOptions : DegradationStepOptions
{
    /// <summary>Number of pieces of text; default 1–3.</summary>
    [Range(1, 50)]
    public Interval Count { get; init; } = (1, 3);

    /// <summary>Height of a line as a fraction of the crop's side; default 0.1–0.35.</summary>
    [Range(0.02, 1)]
    public Interval Height { get; init; } = (0.1, 0.35);

    /// <summary>Opacity; default 0.6–1.</summary>
    [Range(0.02, 1)]
    public Interval Opacity { get; init; } = (0.6, 1);

    /// <summary>Share of pieces that are symbols (stars, arrows, hearts, …) instead of text; default 0.3.</summary>
    [Range(0, 1)]
    public double SymbolShare { get; init; } = 0.3;

    /// <summary>Largest slant in degrees to either side; default 20.</summary>
    [Range(0, 180)]
    public double MaxRotate { get; init; } = 20;

    /// <summary>Share of pieces of text with an outline of another colour, as subtitles and captions have it; default 0.</summary>
    [Range(0, 1)]
    public double OutlinedShare { get; init; }
}

/// <summary>Writes words, numbers, dates and symbols over a picture.</summary>
internal sealed class TextDegradation() : DegradationStep<TextOptions>("text", DegradationPlace.Marks)
{
    private static readonly string[] Words =
    [
        "PREVIEW", "SAMPLE", "DRAFT", "proof", "Photo", "copy", "archive", "Summer", "holiday", "my dog", "Paris", "no. ",
        "DO NOT COPY", "hello", "the quick brown fox", "jumps over", "Lorem ipsum", "dolor sit amet", "www.example.com", "@studio",
        "(c) 1987", "IMG_", "DSC0", "#photo",
    ];

    protected override void Apply(TextOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        PaintMask mask = workspace.Mask;
        double side = Math.Min(picture.Width, picture.Height);
        int count = options.Count.SampleInt(random);
        for (int i = 0; i < count; i++)
        {
            double height = Math.Max(3, options.Height.Sample(random) * side);
            double angle = random.Chance(0.5) ? 0 : random.Uniform(-options.MaxRotate, options.MaxRotate) * Math.PI / 180;
            (double sin, double cos) = Math.SinCos(angle);
            double x = random.NextDouble() * picture.Width, y = random.NextDouble() * picture.Height;
            if (random.Chance(options.SymbolShare))
            {
                mask.Stamp(Symbols.Draw(random), x - (height / 2), y - (height / 2), height, sin, cos);
            }
            else
            {
                string text = Draw(random);
                double size = height * TextPen.SizePerCapital;
                // Somewhere along the text lies the point that was drawn.
                double back = random.NextDouble() * TextPen.Width(text, size);
                double left = x - (back * cos), middle = y - (back * sin), weight = random.Uniform(0.7, 1.8);
                if (options.OutlinedShare > 0 && random.Chance(options.OutlinedShare))
                {
                    TextPen.Write(mask, text, left, middle, size, weight + random.Uniform(0.5, 1.2), sin, cos);
                    mask.Paint(picture, Ink.Draw(random), 1);
                }

                TextPen.Write(mask, text, left, middle, size, weight, sin, cos);
            }

            mask.Paint(picture, Ink.Draw(random), options.Opacity.Sample(random));
        }
    }

    /// <summary>Something that people write on pictures.</summary>
    public static string Draw(RandomStream random)
    {
        string word = Words[random.NextInt(Words.Length)];
        return random.NextInt(5) switch
        {
            0 => random.NextInt(10000).ToString(CultureInfo.InvariantCulture),
            1 => string.Create(
                CultureInfo.InvariantCulture, $"{random.NextInt(1, 28):00}.{random.NextInt(1, 12):00}.{random.NextInt(1950, 2030)}"),
            2 => string.Create(CultureInfo.InvariantCulture, $"{word}{random.NextInt(1000)}"),
            3 => Letters(random),
            _ => word,
        };
    }

    private static string Letters(RandomStream random) =>
        string.Create(random.NextInt(2, 9), random, (signs, source) =>
        {
            foreach (ref char sign in signs)
            {
                sign = (char)source.NextInt('!', '~');
            }
        });
}
