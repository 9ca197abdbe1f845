using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Course;

/// <summary>An old photo made of a new one: sepia and faded, with grain, scratches, a fold and dust.</summary>
public static class OldPhoto
{
    /// <summary>Ages a photo.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="seed">Decides where the marks are. Default: 0.</param>
    /// <returns>The photo as it was before its marks, and with them, of the same size.</returns>
    public static (RgbImage Unmarked, RgbImage Old) Of(RgbImage photo, long seed = 0)
    {
        DegradationOptions aged = new()
        {
            Geometry = GeometryOptions.None, Lighting = LightingOptions.None,
            Downscale = new() { Probability = 0 }, Jpeg = new() { Probability = 0 },
            Greyscale = new() { Probability = 1 },
            Tone = new() { Probability = 1, Fading = (0.5, 0.6), Yellowing = (0.6, 0.7), Flattening = (0.05, 0.08) },
            GaussianNoise = new() { Probability = 1, StandardDeviation = (3, 3), GreyShare = 1 },
        };
        DegradationOptions marked = aged with
        {
            Scratches = new() { Probability = 1, Count = 9, Width = (0.8, 2.5), Length = (0.3, 0.9), Wear = 0.6 },
            Folds = new() { Probability = 1, Count = 1, Width = (0.008, 0.01), TearShare = 0 },
            Dust = new() { Probability = 1, Specks = (60, 90), Hairs = (1, 2) },
        };
        return (Degrade(aged), Degrade(marked));

        RgbImage Degrade(DegradationOptions options)
            => new DegradationPipeline(options).Degrade(photo, new RandomStream(seed, "old photo"));
    }
}
