using System.Text.Json.Serialization;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Degradations;

/// <summary>
/// How a training pair is made from a photo. The steps run in the order of the properties below: geometry and lighting move input and
/// target alike, everything after that damages the input alone. A new record is the "super-resolution" mix of the article: fastai's
/// get_transforms, half the size, JPEG at a random quality, enlarged bilinearly.
/// </summary>
/// <remarks>
/// Every effect has a probability and bounds for its strength; sizes are in pixels of the target or in fractions of its side, grey
/// levels in 0–255. Each effect draws from a random stream of its own, so changing one leaves the draws of the others as they were.
/// </remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DegradationOptions
{
    /// <summary>Crop, flip, warp, rotation, zoom; of input and target alike.</summary>
    public GeometryOptions Geometry { get; init; } = new();

    /// <summary>Brightness, contrast, gamma, saturation; of input and target alike.</summary>
    public LightingOptions Lighting { get; init; } = new();

    /// <summary>Colour taken from the input; default off.</summary>
    public GreyscaleOptions Greyscale { get; init; } = new();

    /// <summary>Thin bright or dark lines; default off.</summary>
    public ScratchOptions Scratches { get; init; } = new();

    /// <summary>Creases and torn edges; default off.</summary>
    public FoldOptions Folds { get; init; } = new();

    /// <summary>Punched-out rectangles and strokes; default off.</summary>
    public HoleOptions Holes { get; init; } = new();

    /// <summary>Written words and symbols; default off.</summary>
    public TextOptions Text { get; init; } = new();

    /// <summary>Translucent, tiled or logo-like marks; default off.</summary>
    public WatermarkOptions Watermark { get; init; } = new();

    /// <summary>Gaussian blur before the image is made smaller; default off.</summary>
    public BlurOptions Blur { get; init; } = new();

    /// <summary>The loss of resolution; default a factor of 2.</summary>
    public DownscaleOptions Downscale { get; init; } = new();

    /// <summary>Additive noise of equal strength everywhere, at the low resolution; default off.</summary>
    public GaussianNoiseOptions GaussianNoise { get; init; } = new();

    /// <summary>Photon noise, at the low resolution; default off.</summary>
    public PoissonNoiseOptions PoissonNoise { get; init; } = new();

    /// <summary>JPEG compression of the low-resolution image; default quality 10–95 on every image.</summary>
    public JpegOptions Jpeg { get; init; } = new();

    /// <summary>WebP compression of the low-resolution image; default off.</summary>
    public WebpOptions Webp { get; init; } = new();

    /// <summary>
    /// Share of images that were compressed first and marked afterwards: their holes, text and watermark are painted last, over noise and
    /// JPEG, so that their edges are clean and those of the picture's own letters are not; the rest are marked before; default 0.
    /// </summary>
    [Allowed(0, 1)]
    public double MarkedLast { get; init; }

    /// <summary>The same damage on centre crops with neither geometry nor lighting, as a validation side is measured.</summary>
    /// <returns>A copy.</returns>
    public DegradationOptions ForValidation() => this with { Geometry = GeometryOptions.None, Lighting = LightingOptions.None };

    /// <summary>Checks every value against its range.</summary>
    /// <param name="path">Where the options stand in their file; names in the message begin with it.</param>
    /// <exception cref="InputException">A value is outside its range; the message names it and the range.</exception>
    public void Validate(string path = "degradations") => OptionRanges.Validate(this, path);
}

/// <summary>An effect that strikes some images and spares others.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public abstract record EffectOptions
{
    /// <summary>Share of images that are struck, 0–1.</summary>
    [Allowed(0, 1)]
    public double Probability { get; init; }
}

/// <summary>
/// Geometry in the order and with the defaults of fastai's <c>get_transforms</c>: perspective warp, rotation, zoom, crop, flip, in one
/// resampling (bilinear, reflection padding).
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GeometryOptions
{
    /// <summary>Share of images mirrored left to right (fastai do_flip); default 0.5.</summary>
    [Allowed(0, 1)]
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>Largest rotation in degrees to either side; default 10.</summary>
    [Allowed(0, 180)]
    public double MaxRotate { get; init; } = 10;

    /// <summary>Largest zoom factor; 1 is none; default 1.1.</summary>
    [Allowed(1, 10)]
    public double MaxZoom { get; init; } = 1.1;

    /// <summary>Largest perspective shift of a corner, as a fraction of half the image's side; default 0.2.</summary>
    [Allowed(0, 0.9)]
    public double MaxWarp { get; init; } = 0.2;

    /// <summary>Probability of each of warp, rotation and zoom (fastai p_affine); default 0.75.</summary>
    [Allowed(0, 1)]
    public double AffineProbability { get; init; } = 0.75;

    /// <summary>Crop at a random place (true, the default) or at the centre.</summary>
    public bool RandomCrop { get; init; } = true;

    /// <summary>A centre crop and nothing else.</summary>
    public static GeometryOptions None { get; } =
        new() { FlipProbability = 0, AffineProbability = 0, RandomCrop = false };
}

/// <summary>Lighting of input and target alike; brightness and contrast act on the logit of the value, as in fastai.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LightingOptions
{
    /// <summary>fastai's max_lighting: brightness change in 0.5·(1 ∓ m), contrast factor in (1 − m) … 1/(1 − m); default 0.2.</summary>
    [Allowed(0, 0.95)]
    public double MaxLighting { get; init; } = 0.2;

    /// <summary>Probability of each of brightness and contrast (fastai p_lighting); default 0.75.</summary>
    [Allowed(0, 1)]
    public double Probability { get; init; } = 0.75;

    /// <summary>Share of images whose gamma changes; default 0 (fastai has none).</summary>
    [Allowed(0, 1)]
    public double GammaProbability { get; init; }

    /// <summary>Exponent on values in 0–1, drawn log-uniformly; default 0.8–1.25.</summary>
    [Allowed(0.1, 10)]
    public Interval Gamma { get; init; } = (0.8, 1.25);

    /// <summary>Share of images whose saturation changes; default 0 (fastai has none).</summary>
    [Allowed(0, 1)]
    public double SaturationProbability { get; init; }

    /// <summary>Factor on the distance from grey; default 0.7–1.3.</summary>
    [Allowed(0, 4)]
    public Interval Saturation { get; init; } = (0.7, 1.3);

    /// <summary>Nothing changes.</summary>
    public static LightingOptions None { get; } = new() { Probability = 0 };
}

/// <summary>Loss of resolution and the enlargement back to the target's size.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DownscaleOptions : EffectOptions
{
    /// <summary>On every image.</summary>
    public DownscaleOptions() => Probability = 1;

    /// <summary>How many times smaller each side becomes; default 2.</summary>
    [Allowed(1, 16)]
    public Interval Factor { get; init; } = 2;

    /// <summary>Antialiased kernels of the reduction, one drawn per image; default bilinear alone.</summary>
    public IReadOnlyList<ResampleFilter> Kernels { get; init; } = [ResampleFilter.Bilinear];

    /// <summary>Kernel of the enlargement back to the target's size; default bilinear.</summary>
    public ResampleFilter Enlarge { get; init; } = ResampleFilter.Bilinear;

    /// <inheritdoc/>
    public bool Equals(DownscaleOptions? other) =>
        base.Equals(other) && Factor == other.Factor && Enlarge == other.Enlarge && Kernels.SequenceEqual(other.Kernels);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Factor, Enlarge, Kernels.Count);
}

/// <summary>JPEG compression, really encoded and decoded.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record JpegOptions : EffectOptions
{
    /// <summary>On every image.</summary>
    public JpegOptions() => Probability = 1;

    /// <summary>Quality; default 10–95.</summary>
    [Allowed(1, 100)]
    public Interval Quality { get; init; } = (10, 95);

    /// <summary>Share of images stored with halved chroma (4:2:0), as most cameras and sites do; the rest is 4:4:4; default 1.</summary>
    [Allowed(0, 1)]
    public double ChromaSubsampling { get; init; } = 1;
}

/// <summary>WebP compression, really encoded and decoded.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WebpOptions : EffectOptions
{
    /// <summary>Quality; default 10–95.</summary>
    [Allowed(1, 100)]
    public Interval Quality { get; init; } = (10, 95);
}

/// <summary>Additive normal noise.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GaussianNoiseOptions : EffectOptions
{
    /// <summary>Standard deviation in grey levels; default 1–15.</summary>
    [Allowed(0, 128)]
    public Interval StandardDeviation { get; init; } = (1, 15);

    /// <summary>Share of struck images whose three channels get the same noise; default 0.4.</summary>
    [Allowed(0, 1)]
    public double GreyShare { get; init; } = 0.4;
}

/// <summary>Photon noise: each value becomes a Poisson draw around itself.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PoissonNoiseOptions : EffectOptions
{
    /// <summary>Photons that make white, drawn log-uniformly; fewer is noisier; default 50–1000.</summary>
    [Allowed(2, 100000)]
    public Interval Photons { get; init; } = (50, 1000);
}

/// <summary>Gaussian blur.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BlurOptions : EffectOptions
{
    /// <summary>Standard deviation in pixels of the target; default 0.3–2.</summary>
    [Allowed(0, 10)]
    public Interval Sigma { get; init; } = (0.3, 2);
}

/// <summary>Colour taken away: every channel becomes the luma (BT.601).</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GreyscaleOptions : EffectOptions;
