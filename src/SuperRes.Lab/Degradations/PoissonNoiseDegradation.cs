using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Photon noise, at the low resolution; default off.</summary>
    [JsonIgnore]
    public PoissonNoiseOptions PoissonNoise { get => (PoissonNoiseOptions)this["poissonNoise"]; init => Set("poissonNoise", value); }
}

/// <summary>Photon noise: each value becomes a Poisson draw around itself.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PoissonNoiseOptions : DegradationStepOptions
{
    /// <summary>Photons that make white, drawn log-uniformly; fewer is noisier; default 50–1000.</summary>
    [Range(2, 100000)]
    public Interval Photons { get; init; } = (50, 1000);
}

/// <summary>Photon noise by tables of quantiles: one 64-bit draw serves a pixel.</summary>
internal sealed class PoissonNoiseDegradation() : DegradationStep<PoissonNoiseOptions>("poissonNoise", DegradationPlace.Noise)
{
    private const int PhotonQuantiles = 256;
    private static readonly ConcurrentDictionary<int, Lazy<byte[]>> Tables = new();

    protected override void Apply(PoissonNoiseOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        // The number of photons that make white is rounded to a step of √2, so that few tables serve all.
        int step = (int)Math.Round(2 * Math.Log2(options.Photons.SampleLog(random)));
        byte[] table = Tables.GetOrAdd(step, step => new Lazy<byte[]>(() => MakeTable(Math.Pow(2, step / 2.0)))).Value;
        foreach (ref uint pixel in picture.Pixels)
        {
            ulong bits = random.NextBits();
            pixel = table[(int)(((pixel & 0xFF) << 8) | (bits & 0xFF))]
                | ((uint)table[(int)((pixel & 0xFF00) | ((bits >> 8) & 0xFF))] << 8)
                | ((uint)table[(int)(((pixel >> 8) & 0xFF00) | ((bits >> 16) & 0xFF))] << 16)
                | 0xFF000000;
        }
    }

    private static byte[] MakeTable(double white)
    {
        var table = new byte[256 * PhotonQuantiles];
        for (int level = 0; level < 256; level++)
        {
            double mean = level * white / 255;
            double probability = Math.Exp(-mean), sum = probability;
            int count = 0;
            for (int q = 0; q < PhotonQuantiles; q++)
            {
                double quantile = (q + 0.5) / PhotonQuantiles;
                if (mean > 500)
                {
                    // e^−mean leaves the range of doubles; the normal distribution is close by then.
                    count = (int)Math.Round(mean + (Math.Sqrt(mean) * NormalQuantile.At(quantile)));
                }

                while (mean <= 500 && sum < quantile)
                {
                    count++;
                    probability *= mean / count;
                    sum += probability;
                }

                table[(level * PhotonQuantiles) + q] = (byte)Math.Clamp(Math.Round(count * 255 / white), 0, 255);
            }
        }

        return table;
    }
}
