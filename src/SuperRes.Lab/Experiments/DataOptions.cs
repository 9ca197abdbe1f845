using SuperRes.Lab.Data;

namespace SuperRes.Lab.Experiments;

/// <summary>Which photos an experiment uses and how pairs are made of them.</summary>
public sealed record DataOptions
{
    /// <summary>
    /// "dead-leaves" for generated images, or a folder of photos, relative to the data folder (such as DIV2K/DIV2K_train_HR). A folder given on
    /// the command line stands in for it. Default dead-leaves.
    /// </summary>
    public string Source { get; init; } = "dead-leaves";

    /// <summary>How many images are generated, 8 to 100,000. Default 64.</summary>
    [Allowed(8, 100_000)]
    public int GeneratedCount { get; init; } = 64;

    /// <summary>Side of the generated images in pixels, 64 to 2048. Default 512.</summary>
    [Allowed(64, 2048)]
    public int GeneratedSize { get; init; } = 512;

    /// <summary>Share of the photos held out for validation, 0.01 to 0.5. Default 0.1, the article's.</summary>
    [Allowed(0.01, 0.5)]
    public double ValidFraction { get; init; } = 0.1;

    /// <summary>Most photos used for training, 0 for all. Default 0.</summary>
    [Allowed(0, 10_000_000)]
    public int MaxPhotos { get; init; }

    /// <summary>
    /// Whether a stage whose size is above the smallest photo's takes the largest crops that fit (a multiple of 32) instead of refusing it.
    /// Default false.
    /// </summary>
    public bool FitCrops { get; init; }

    /// <summary>Loader threads, 1 to 64. Default 1.</summary>
    [Allowed(1, 64)]
    public int Workers { get; init; } = 1;

    /// <summary>How a pair is made from a photo. Default: half the size, JPEG at a random quality, fastai's transforms.</summary>
    public DegradationOptions Degradations { get; init; } = new();
}
