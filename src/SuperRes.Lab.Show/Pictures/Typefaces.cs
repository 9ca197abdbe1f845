using System.Reflection;
using SkiaSharp;

namespace SuperRes.Lab.Show;

/// <summary>
/// The letters that charts and sheets are drawn with: Inter, embedded, so that a picture is the same on every machine and a container
/// without fonts draws text too. What Inter's subset lacks (other scripts) comes from the system's fonts where there are any.
/// </summary>
internal static class Typefaces
{
    private static readonly Lazy<SKTypeface> LazyRegular = new(() => Load("Inter-Regular.otf"));
    private static readonly Lazy<SKTypeface> LazySemiBold = new(() => Load("Inter-SemiBold.otf"));

    /// <summary>For running text.</summary>
    public static SKTypeface Regular => LazyRegular.Value;

    /// <summary>For titles.</summary>
    public static SKTypeface SemiBold => LazySemiBold.Value;

    /// <summary>Splits text into stretches that one typeface can draw.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="preferred">The typeface for everything that it has.</param>
    /// <returns>The stretches in order.</returns>
    public static IReadOnlyList<(string Text, SKTypeface Typeface)> Split(string text, SKTypeface preferred)
    {
        if (preferred.ContainsGlyphs(text))
        {
            return [(text, preferred)];
        }

        var stretches = new List<(string Text, SKTypeface Typeface)>();
        foreach (System.Text.Rune rune in text.EnumerateRunes())
        {
            SKTypeface typeface = preferred.ContainsGlyph(rune.Value) ? preferred : SKFontManager.Default.MatchCharacter(rune.Value)
                ?? preferred;
            if (stretches.Count > 0 && (
                ReferenceEquals(stretches[^1].Typeface, typeface) || stretches[^1].Typeface.FamilyName == typeface.FamilyName))
            {
                stretches[^1] = (stretches[^1].Text + rune, stretches[^1].Typeface);
            }
            else
            {
                stretches.Add((rune.ToString(), typeface));
            }
        }

        return stretches;
    }

    private static SKTypeface Load(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The font {resource} is missing from the library; rebuild it.");
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}
