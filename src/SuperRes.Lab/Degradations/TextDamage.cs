using System.Globalization;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Degradations;

/// <summary>Writes words, numbers, dates and symbols over a picture.</summary>
internal static class TextDamage
{
    private static readonly string[] Words =
    [
        "PREVIEW", "SAMPLE", "DRAFT", "proof", "Photo", "copy", "archive", "Summer", "holiday", "my dog", "Paris", "no. ", "DO NOT COPY", "hello",
        "the quick brown fox", "jumps over", "Lorem ipsum", "dolor sit amet", "www.example.com", "@studio", "(c) 1987", "IMG_", "DSC0", "#photo",
    ];

    public static void Apply(TextOptions options, Canvas canvas, PaintMask mask, RandomStream random)
    {
        double side = Math.Min(canvas.Width, canvas.Height);
        int count = options.Count.SampleInt(random);
        for (int i = 0; i < count; i++)
        {
            double height = Math.Max(3, options.Height.Sample(random) * side);
            double angle = random.Chance(0.5) ? 0 : random.Uniform(-options.MaxRotate, options.MaxRotate) * Math.PI / 180;
            (double sin, double cos) = PortableMath.SinCos(angle);
            double x = random.NextDouble() * canvas.Width, y = random.NextDouble() * canvas.Height;
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
                TextPen.Write(mask, text, x - (back * cos), y - (back * sin), size, random.Uniform(0.7, 1.8), sin, cos);
            }

            mask.Paint(canvas, Ink.Draw(random), options.Opacity.Sample(random));
        }
    }

    /// <summary>Something that people write on pictures.</summary>
    public static string Draw(RandomStream random)
    {
        string word = Words[random.NextInt(Words.Length)];
        return random.NextInt(5) switch
        {
            0 => random.NextInt(10000).ToString(CultureInfo.InvariantCulture),
            1 => string.Create(CultureInfo.InvariantCulture, $"{random.NextInt(1, 28):00}.{random.NextInt(1, 12):00}.{random.NextInt(1950, 2030)}"),
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
