using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Fading, yellowing and sepia; default off.</summary>
    [JsonIgnore]
    public ToneOptions Tone { get => (ToneOptions)this["tone"]; init => Set("tone", value); }
}

/// <summary>The tone of an old print: colours fade, whites turn yellow, blacks turn grey.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ToneOptions : DegradationStepOptions
{
    /// <summary>How much of the colour is lost, 1 for all of it; default 0.3–1.</summary>
    [Range(0, 1)]
    public Interval Fading { get; init; } = (0.3, 1);

    /// <summary>How far the picture turns to sepia, 1 for all the way; default 0–0.8.</summary>
    [Range(0, 1)]
    public Interval Yellowing { get; init; } = (0, 0.8);

    /// <summary>How far blacks rise and whites fall, as a part of the range; default 0–0.15.</summary>
    [Range(0, 0.45)]
    public Interval Flattening { get; init; } = (0, 0.15);
}

/// <summary>Ages the tone of a picture. It is no mark: what lies under it keeps it when the marks are taken off.</summary>
internal sealed class ToneDegradation() : DegradationStep<ToneOptions>("tone", DegradationPlace.Print)
{
    // The paper of a sepia print, as factors of its grey; the print's grain and paper decide the tint, which is drawn around these.
    private static readonly double[] Paper = [1.07, 0.98, 0.82];

    protected override void Apply(ToneOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        double fading = options.Fading.Sample(random), yellow = options.Yellowing.Sample(random), flat = options.Flattening.Sample(random);
        double tint = random.Uniform(0.6, 1.4), low = 255 * flat, range = 1 - (2 * flat);
        Span<double> factor = stackalloc double[3];
        for (int c = 0; c < 3; c++)
        {
            factor[c] = 1 + (yellow * tint * (Paper[c] - 1));
        }

        Span<byte> bytes = picture.Bytes;
        for (int i = 0; i < bytes.Length; i += 4)
        {
            double luma = (0.299 * bytes[i]) + (0.587 * bytes[i + 1]) + (0.114 * bytes[i + 2]);
            for (int c = 0; c < 3; c++)
            {
                double faded = bytes[i + c] + (fading * (luma - bytes[i + c]));
                bytes[i + c] = (byte)Math.Clamp(Math.Round((low + (range * faded)) * factor[c]), 0, 255);
            }
        }
    }
}
