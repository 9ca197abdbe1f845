using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Degradations;

/// <summary>A mix of degradations for each task.</summary>
public static class DegradationPresets
{
    private static readonly DownscaleOptions FullSize = new() { Probability = 0 };
    private static readonly JpegOptions NoJpeg = new() { Probability = 0 };

    private static readonly Dictionary<string, Func<DegradationOptions>> Presets = new(StringComparer.Ordinal)
    {
        ["super-resolution"] = () => new DegradationOptions(),
        ["inpainting"] = () => new DegradationOptions
        {
            Downscale = FullSize,
            Jpeg = NoJpeg,
            Holes = new() { Probability = 0.9 },
            Text = new() { Probability = 0.5 },
        },
        ["watermark"] = () => new DegradationOptions
        {
            Downscale = FullSize,
            Jpeg = new() { Probability = 0.5, Quality = (60, 95) },
            Watermark = new() { Probability = 0.95 },
        },
        ["jpeg"] = () => new DegradationOptions { Downscale = FullSize },
        ["photo"] = () => new DegradationOptions
        {
            Downscale = new() { Probability = 0.5, Factor = (1, 2) },
            Greyscale = new() { Probability = 0.2 },
            Scratches = new() { Probability = 0.7 },
            Folds = new() { Probability = 0.5 },
            Holes = new() { Probability = 0.2, Fill = HoleFill.White },
            Blur = new() { Probability = 0.3, Sigma = (0.3, 1.2) },
            GaussianNoise = new() { Probability = 0.5 },
            PoissonNoise = new() { Probability = 0.2 },
            Jpeg = new() { Probability = 0.7, Quality = (40, 95) },
        },
        ["colorize"] = () => new DegradationOptions
        {
            Downscale = FullSize,
            Jpeg = NoJpeg,
            Greyscale = new() { Probability = 1 },
            Lighting = new() { SaturationProbability = 0.3 },
        },
        ["all"] = () => new DegradationOptions
        {
            Lighting = new() { GammaProbability = 0.3, SaturationProbability = 0.3 },
            Greyscale = new() { Probability = 0.05 },
            Scratches = new() { Probability = 0.15 },
            Folds = new() { Probability = 0.1 },
            Holes = new() { Probability = 0.25 },
            Text = new() { Probability = 0.25 },
            Watermark = new() { Probability = 0.25 },
            Blur = new() { Probability = 0.2 },
            Downscale = new()
            {
                Kernels = [ResampleFilter.Bilinear, ResampleFilter.Bicubic, ResampleFilter.Lanczos],
            },
            GaussianNoise = new() { Probability = 0.25 },
            PoissonNoise = new() { Probability = 0.15 },
            Jpeg = new() { Probability = 0.8, ChromaSubsampling = 0.8 },
            Webp = new() { Probability = 0.1 },
        },
    };

    /// <summary>The presets' names: super-resolution, inpainting, watermark, jpeg, photo, colorize, all.</summary>
    public static IReadOnlyCollection<string> Names => Presets.Keys;

    /// <summary>The mix of a task.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>A new record, to be changed by <c>with</c>.</returns>
    /// <exception cref="InputException">There is no preset of that name.</exception>
    public static DegradationOptions Find(string name) =>
        Presets.TryGetValue(name, out Func<DegradationOptions>? make)
            ? make()
            : throw new InputException($"There is no degradation preset \"{name}\"; use one of {string.Join(", ", Names)}.");
}
