using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Evaluation;

/// <summary>What is evaluated, and how.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Folder of the high-resolution, or undegraded, images.</summary>
    public required string HighResolution { get; init; }

    /// <summary>
    /// Folder of the low-resolution, or degraded, images, with the same names (another extension, or an "x2" behind the name, is
    /// accepted). Default: null, they are made from the others.
    /// </summary>
    public string? LowResolution { get; init; }

    /// <summary>How many times larger the results are; 1 measures restoration. Default: 2.</summary>
    public int Scale { get; init; } = 2;

    /// <summary>What degrades the images at scale 1. Default: null; then <see cref="LowResolution"/> must name degraded ones.</summary>
    public Degradation? Degradation { get; init; }

    /// <summary>Plain enlargements to compare with. Default: nearest, bilinear, bicubic, Lanczos.</summary>
    public IReadOnlyList<ResampleFilter> Baselines { get; init; } =
        [ResampleFilter.Nearest, ResampleFilter.Bilinear, ResampleFilter.Bicubic, ResampleFilter.Lanczos];

    /// <summary>Measures LPIPS of a prediction against its target. Default: null, it is left out.</summary>
    public Func<RgbImage, RgbImage, double>? Lpips { get; init; }

    /// <summary>Whether MS-SSIM, GMSD and seconds per megapixel are measured too. Default: false.</summary>
    public bool Extended { get; init; }

    /// <summary>Metrics of one's own to measure too, by their names in <see cref="SuperRes.Lab.Metrics.MetricRegistry"/>. Default: none.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];

    /// <summary>Chooses images by their names without extension. Default: null, all are measured.</summary>
    public Func<string, bool>? Only { get; init; }

    /// <summary>Folder that receives the models' results as PNG; one folder for each model where there are several. Default: null,
    /// none.</summary>
    public string? Save { get; init; }
}

/// <summary>How far an evaluation is.</summary>
/// <param name="Image">The image at work.</param>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Count">How many there are.</param>
public sealed record EvaluationProgress(string Image, int Index, int Count);
