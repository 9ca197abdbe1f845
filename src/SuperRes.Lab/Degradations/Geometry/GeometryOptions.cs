using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

/// <summary>
/// Geometry in the order and with the defaults of fastai's <c>get_transforms</c>: perspective warp, rotation, zoom, crop, flip, in one
/// resampling (bilinear, reflection padding).
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GeometryOptions
{
    /// <summary>Share of images mirrored left to right (fastai do_flip); default 0.5.</summary>
    [Range(0, 1)]
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>Largest rotation in degrees to either side; default 10.</summary>
    [Range(0, 180)]
    public double MaxRotate { get; init; } = 10;

    /// <summary>Largest zoom factor; 1 is none; default 1.1.</summary>
    [Range(1, 10)]
    public double MaxZoom { get; init; } = 1.1;

    /// <summary>Largest perspective shift of a corner, as a fraction of half the image's side; default 0.2.</summary>
    [Range(0, 0.9)]
    public double MaxWarp { get; init; } = 0.2;

    /// <summary>Probability of each of warp, rotation and zoom (fastai p_affine); default 0.75.</summary>
    [Range(0, 1)]
    public double AffineProbability { get; init; } = 0.75;

    /// <summary>Crop at a random place (true, the default) or at the centre.</summary>
    public bool RandomCrop { get; init; } = true;

    /// <summary>A centre crop and nothing else.</summary>
    public static GeometryOptions None { get; } =
        new() { FlipProbability = 0, AffineProbability = 0, RandomCrop = false };
}
