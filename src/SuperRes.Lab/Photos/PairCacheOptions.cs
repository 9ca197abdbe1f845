using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Photos;

/// <summary>What of each photo is kept in a pair cache.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CacheContent>))]
public enum CacheContent
{
    /// <summary>The whole photo, made smaller until its shorter side fits the stage: a crop shows much of the scene.</summary>
    Resized,

    /// <summary>Several parts of the photo at its own resolution: a crop shows detail as the camera saw it.</summary>
    Crops,

    /// <summary>The whole photo as it is.</summary>
    Original,
}

/// <summary>What a <see cref="PairCache"/> keeps; each stage of a training has a cache of its own.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PairCacheOptions
{
    /// <summary>Side of the stage's crops in pixels; default 64.</summary>
    [Range(8, 4096)]
    public int CropSize { get; init; } = 64;

    /// <summary>What of each photo is kept; default the whole photo, resized.</summary>
    public CacheContent Content { get; init; } = CacheContent.Resized;

    /// <summary>Shorter side of what is kept, in sides of the crop: room for random crops, rotation and warp; default 1.25.</summary>
    [Range(1, 16)]
    public double Margin { get; init; } = 1.25;

    /// <summary>Parts kept of each photo, for <see cref="CacheContent.Crops"/>; default 4.</summary>
    [Range(1, 10000)]
    public int CropsPerImage { get; init; } = 4;

    /// <summary>Kernel of the reduction, for <see cref="CacheContent.Resized"/>; default bicubic.</summary>
    public ResampleFilter Filter { get; init; } = ResampleFilter.Bicubic;

    /// <summary>Decides where the parts are cut, for <see cref="CacheContent.Crops"/>; default 0.</summary>
    public long Seed { get; init; }

    /// <summary>The same with what doesn't matter for its content set to one value: stages that keep whole photos share a cache.</summary>
    internal PairCacheOptions Essence => Content switch
    {
        CacheContent.Original => new() { Content = Content, CropSize = 8 },
        CacheContent.Resized => new() { Content = Content, CropSize = CropSize, Margin = Margin, Filter = Filter },
        _ => new() { Content = Content, CropSize = CropSize, Margin = Margin, CropsPerImage = CropsPerImage, Seed = Seed },
    };

    /// <summary>The side of what is kept, in pixels.</summary>
    internal int KeptSide => (int)Math.Round(CropSize * Margin);
}

/// <summary>How far a preparation has come.</summary>
/// <param name="Done">Photos that are done.</param>
/// <param name="Total">All photos.</param>
public readonly record struct PrepareProgress(int Done, int Total);
