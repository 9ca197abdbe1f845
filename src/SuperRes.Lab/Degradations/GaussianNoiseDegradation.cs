using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Additive noise of equal strength everywhere, at the low resolution; default off.</summary>
    [JsonIgnore]
    public GaussianNoiseOptions GaussianNoise { get => (GaussianNoiseOptions)this["gaussianNoise"]; init => Set("gaussianNoise", value); }
}

/// <summary>Additive normal noise.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GaussianNoiseOptions : DegradationStepOptions
{
    /// <summary>Standard deviation in grey levels; default 1–15.</summary>
    [Range(0, 128)]
    public Interval StandardDeviation { get; init; } = (1, 15);

    /// <summary>Share of degraded images whose three channels get the same noise; default 0.4.</summary>
    [Range(0, 1)]
    public double GreyShare { get; init; } = 0.4;
}

/// <summary>Gaussian noise by a table of quantiles: one 64-bit draw serves a pixel.</summary>
internal sealed class GaussianNoiseDegradation() : DegradationStep<GaussianNoiseOptions>("gaussianNoise", DegradationPlace.Noise)
{
    private static readonly Lazy<short[]> Bell = new(MakeBell);

    protected override void Apply(GaussianNoiseOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        double deviation = options.StandardDeviation.Sample(random);
        bool grey = random.Chance(options.GreyShare);

        // 1/4096 of a standard deviation in the table, 1/65536 of a grey level in the product.
        int scale = (int)Math.Round(deviation * 16 * 256);
        short[] bell = Bell.Value;
        foreach (ref uint pixel in picture.Pixels)
        {
            ulong bits = random.NextBits();
            int r = Noise(bell, bits, scale);
            int g = grey ? r : Noise(bell, bits >> 16, scale);
            int b = grey ? r : Noise(bell, bits >> 32, scale);
            pixel = Add(pixel, 0, r) | Add(pixel, 8, g) | Add(pixel, 16, b) | 0xFF000000;
        }
    }

    private static int Noise(short[] bell, ulong bits, int scale) => (int)((((long)bell[(int)(bits & 0xFFFF)] * scale) + (1 << 23)) >> 24);

    private static uint Add(uint pixel, int shift, int noise) => (uint)Math.Clamp((int)((pixel >> shift) & 0xFF) + noise, 0, 255) << shift;

    private static short[] MakeBell()
    {
        var table = new short[1 << 16];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = (short)Math.Round(NormalQuantile.At((i + 0.5) / table.Length) * 4096);
        }

        return table;
    }
}
