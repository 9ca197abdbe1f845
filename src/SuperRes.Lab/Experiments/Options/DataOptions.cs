using System.ComponentModel.DataAnnotations;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Experiments;

/// <summary>Who divides the photos into training and validation.</summary>
public enum SplitKind
{
    /// <summary>The experiment's seed; of DIV2K its 800 training photos are divided, as the article does.</summary>
    Random,

    /// <summary>The data set's authors; training photos that look like a validation photo are left out.</summary>
    Official,
}

/// <summary>Which photos an experiment uses and how pairs are made of them.</summary>
public sealed record DataOptions
{
    /// <summary>
    /// "dead-leaves" for generated images, the name of a data set of the catalog ("div2k", "flowers", "pets"), or a folder of photos,
    /// relative to the data folder (such as DIV2K/DIV2K_train_HR). A folder given on the command line stands in for it. Default
    /// dead-leaves.
    /// </summary>
    public string Source { get; init; } = "dead-leaves";

    /// <summary>How many images are generated, 8 to 100,000. Default 64.</summary>
    [Range(8, 100_000)]
    public int GeneratedCount { get; init; } = 64;

    /// <summary>Side of the generated images in pixels, 64 to 2048. Default 512.</summary>
    [Range(64, 2048)]
    public int GeneratedSize { get; init; } = 512;

    /// <summary>Who divides the photos; the official split is for data sets of the catalog. Default random, the article's.</summary>
    public SplitKind Split { get; init; } = SplitKind.Random;

    /// <summary>
    /// Photos of each class, drawn by the seed, for a data set with classes or a folder of class folders as ImageNet has; 0 for all photos,
    /// whatever their class, 0 to 100,000. Default 0.
    /// </summary>
    [Range(0, 100_000)]
    public int PerClass { get; init; }

    /// <summary>Share of the photos held out for validation, 0.01 to 0.5. Default 0.1, the article's.</summary>
    [Range(0.01, 0.5)]
    public double ValidFraction { get; init; } = 0.1;

    /// <summary>Most photos used for training, 0 for all. Default 0.</summary>
    [Range(0, 10_000_000)]
    public int MaxPhotos { get; init; }

    /// <summary>
    /// Whether a stage whose size is above the smallest photo's takes the largest crops that fit (a multiple of 32) instead of refusing it.
    /// Default false.
    /// </summary>
    public bool FitCrops { get; init; }

    /// <summary>Whether a stage leaves out photos that are smaller than its crops instead of refusing them. Default false.</summary>
    public bool LeaveOutSmall { get; init; }

    /// <summary>What of each photo is decoded into the cache that training reads. Default: the whole photo as it is.</summary>
    public CacheOptions Cache { get; init; } = new();

    /// <summary>Loader threads, 1 to 64. Default 1.</summary>
    [Range(1, 64)]
    public int Workers { get; init; } = 1;

    /// <summary>How a pair is made from a photo. Default: half the size, JPEG at a random quality, fastai's transforms.</summary>
    public DegradationOptions Degradations { get; init; } = new();
}

/// <summary>What a stage's pair cache keeps of each photo; see <see cref="PairCacheOptions"/>.</summary>
public sealed record CacheOptions
{
    /// <summary>
    /// "original": the whole photo; "resized": made smaller until its shorter side is the crop's times the margin; "crops": several parts.
    /// Default original.
    /// </summary>
    public CacheContent Content { get; init; } = CacheContent.Original;

    /// <summary>Shorter side of what is kept, in sides of the crop, 1 to 16. Default 1.25.</summary>
    [Range(1, 16)]
    public double Margin { get; init; } = 1.25;

    /// <summary>Parts kept of each photo, 1 to 10,000, for "crops". Default 4.</summary>
    [Range(1, 10_000)]
    public int CropsPerImage { get; init; } = 4;

    /// <summary>Kernel of the reduction, for "resized". Default bicubic.</summary>
    public ResampleFilter Filter { get; init; } = ResampleFilter.Bicubic;

    internal PairCacheOptions For(int cropSize, long seed) =>
        new() { CropSize = cropSize, Content = Content, Margin = Margin, CropsPerImage = CropsPerImage, Filter = Filter, Seed = seed };
}
