using System.Globalization;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>One photo through every degradation at low, middle and high strength, as in the article's figure of augmentations.</summary>
public static class DegradationViews
{
    private const int Columns = 6;

    private static readonly DegradationOptions Nothing = new()
    {
        Geometry = GeometryOptions.None,
        Lighting = LightingOptions.None,
        Downscale = new() { Probability = 0 },
        Jpeg = new() { Probability = 0 },
    };

    // Low, middle and high are the default bounds and their middle. Each degradation draws with one seed at all three strengths, a seed
    // whose draws are neither near zero nor beside the picture.
    private static readonly Strength[] Strengths =
    [
        new("rotation", 3, t => (
            Geometry(rotate: Part(new GeometryOptions().MaxRotate, t)),
            $"up to {Text(Part(new GeometryOptions().MaxRotate, t))}°")),
        new("zoom", 3, t => (
            Geometry(zoom: 1 + Part(new GeometryOptions().MaxZoom - 1, t)),
            $"up to ×{Text(1 + Part(new GeometryOptions().MaxZoom - 1, t))}")),
        new("perspective warp", 5, t => (
            Geometry(warp: Part(new GeometryOptions().MaxWarp, t)),
            $"up to {Text(Part(new GeometryOptions().MaxWarp, t))}")),
        new("brightness, contrast", 4, t => (
            Nothing with { Lighting = new() { Probability = 1, MaxLighting = Part(new LightingOptions().MaxLighting, t) } },
            $"up to {Text(Part(new LightingOptions().MaxLighting, t))}")),
        new("gamma", 1, t => (
            Nothing with { Lighting = LightingOptions.None with { GammaProbability = 1, Gamma = new LightingOptions().Gamma.At(t) } },
            Text(new LightingOptions().Gamma.At(t)))),
        new("saturation", 1, t => (
            Nothing with
            {
                Lighting = LightingOptions.None with { SaturationProbability = 1, Saturation = new LightingOptions().Saturation.At(t) },
            },
            $"×{Text(new LightingOptions().Saturation.At(t))}")),
        new("downscale", 1, t => (Nothing with { Downscale = new() { Factor = 2 + (2 * t) } }, $"to 1/{Text(2 + (2 * t))}")),
        new("blur", 1, t => (
            Nothing with { Blur = new() { Probability = 1, Sigma = new BlurOptions().Sigma.At(t) } },
            $"σ {Text(new BlurOptions().Sigma.At(t))} px")),
        new("JPEG", 1, t => (
            Nothing with { Jpeg = new() { Quality = new JpegOptions().Quality.At(1 - t) } },
            $"quality {Text(Math.Round(new JpegOptions().Quality.At(1 - t)))}")),
        new("WebP", 1, t => (
            Nothing with { Webp = new() { Probability = 1, Quality = new WebpOptions().Quality.At(1 - t) } },
            $"quality {Text(Math.Round(new WebpOptions().Quality.At(1 - t)))}")),
        new("gaussian noise", 1, t => (
            Nothing with
            {
                GaussianNoise = new()
                {
                    Probability = 1,
                    GreyShare = 0,
                    StandardDeviation = new GaussianNoiseOptions().StandardDeviation.At(t),
                },
            },
            $"σ {Text(new GaussianNoiseOptions().StandardDeviation.At(t))}")),
        new("poisson noise", 1, t => (
            Nothing with { PoissonNoise = new() { Probability = 1, Photons = Math.Round(1000 * Math.Pow(0.05, t)) } },
            $"{Text(Math.Round(1000 * Math.Pow(0.05, t)))} photons")),
        new("holes", 2, t => (
            Nothing with { Holes = new() { Probability = 1, StrokeShare = 0, Count = new HoleOptions().Count.At(t) } },
            Count(new HoleOptions().Count.At(t)))),
        new("strokes", 6, t => (
            Nothing with { Holes = new() { Probability = 1, StrokeShare = 1, Count = new HoleOptions().Count.At(t) } },
            Count(new HoleOptions().Count.At(t)))),
        new("text", 5, t => (
            Nothing with { Text = new() { Probability = 1, SymbolShare = 0, Count = new TextOptions().Count.At(t) } },
            Count(new TextOptions().Count.At(t)))),
        new("symbols", 3, t => (
            Nothing with { Text = new() { Probability = 1, SymbolShare = 1, Count = new TextOptions().Count.At(t) } },
            Count(new TextOptions().Count.At(t)))),
        new("watermark, tiled", 1, t => (Watermark(1, 0, t), $"opacity {Text(new WatermarkOptions().Opacity.At(t))}")),
        new("watermark, logo", 2, t => (Watermark(0, 1, t), $"opacity {Text(new WatermarkOptions().Opacity.At(t))}")),
        new("watermark, one line", 3, t => (Watermark(0, 0, t), $"opacity {Text(new WatermarkOptions().Opacity.At(t))}")),
        new("scratches", 2, t => (
            Nothing with { Scratches = new() { Probability = 1, Count = new ScratchOptions().Count.At(t) } },
            Count(new ScratchOptions().Count.At(t)))),
        new("folds", 1, t => (
            Nothing with { Folds = new() { Probability = 1, TearShare = 0, Count = 1, Width = new FoldOptions().Width.At(t) } },
            $"width {Text(new FoldOptions().Width.At(t))}")),
        new("tears", 4, t => (
            Nothing with { Folds = new() { Probability = 1, TearShare = 1, Count = 0, TearDepth = new FoldOptions().TearDepth.At(t) } },
            $"depth {Text(new FoldOptions().TearDepth.At(t))}")),
    ];

    /// <summary>The names of the degradations that have a strength, in the order shown.</summary>
    public static IReadOnlyList<string> Names => [.. Strengths.Select(one => one.Name)];

    /// <summary>Shows a photo through every degradation.</summary>
    /// <param name="photo">The photo; its middle is used, made smaller to fit.</param>
    /// <param name="side">Side of each picture in pixels, 32 to 512.</param>
    /// <returns>
    /// First what has no strength (flip, crop, greyscale, the mixes), then each other at low, middle and high strength, two a row.
    /// </returns>
    public static PictureGrid ShowDegradations(this RgbImage photo, int side = 144)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 32);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, 512);
        RgbImage middle = Square(photo, side), large = Square(photo, side * 3 / 2);
        var cells = new List<PictureCell>
        {
            new(middle, "the photo"),
            new(Draw(Nothing with { Geometry = GeometryOptions.None with { FlipProbability = 1 } }, middle, side, 1), "flip"),
            new(Draw(Nothing with { Geometry = GeometryOptions.None with { RandomCrop = true } }, large, side, 2), "random crop"),
            new(Draw(Nothing with { Greyscale = new() { Probability = 1 } }, middle, side, 1), "greyscale"),
            new(Draw(DegradationPresets.Find("photo").ForValidation(), middle, side, 152), "mix: photo"),
            new(Draw(DegradationPresets.Find("all"), large, side, 74), "mix: all"),
        };
        foreach (Strength one in Strengths)
        {
            foreach (double strength in (ReadOnlySpan<double>)[0, 0.5, 1])
            {
                (DegradationOptions options, string note) = one.At(strength);
                cells.Add(new PictureCell(Draw(options, middle, side, one.Seed), $"{one.Name}\n{note}"));
            }
        }

        return DataViews.Grid([.. Enumerable.Repeat("", Columns)], cells);
    }

    private static RgbImage Draw(DegradationOptions options, RgbImage photo, int side, long seed) =>
        new DegradationPipeline(options).Apply(photo, side, new RandomStream(seed, "show degradations")).Input;

    private static RgbImage Square(RgbImage photo, int side)
    {
        int shorter = Math.Min(photo.Width, photo.Height);
        RgbImage square = photo.Crop((photo.Width - shorter) / 2, (photo.Height - shorter) / 2, shorter, shorter);
        return shorter == side ? square : Resampler.Resize(square, side, side, ResampleFilter.Bicubic);
    }

    private static DegradationOptions Geometry(double rotate = 0, double zoom = 1, double warp = 0) =>
        Nothing with { Geometry = GeometryOptions.None with { AffineProbability = 1, MaxRotate = rotate, MaxZoom = zoom, MaxWarp = warp } };

    private static DegradationOptions Watermark(double tiled, double logo, double t) =>
        Nothing with
        {
            Watermark = new() { Probability = 1, TiledShare = tiled, LogoShare = logo, Opacity = new WatermarkOptions().Opacity.At(t) },
        };

    /// <summary>A third, two thirds or all of a bound: at none of it nothing would be seen.</summary>
    private static double Part(double bound, double t) => bound * (1 + (2 * t)) / 3;

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Count(double value) => Math.Round(value) is var count && count == 1 ? "1 piece" : $"{Text(count)} pieces";

    private sealed record Strength(string Name, long Seed, Func<double, (DegradationOptions Options, string Note)> At);
}
