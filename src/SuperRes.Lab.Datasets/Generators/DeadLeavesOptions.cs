namespace SuperRes.Lab.Datasets;

/// <summary>What <see cref="DeadLeaves"/> draws. The defaults are those of the embedded data set.</summary>
public sealed record DeadLeavesOptions
{
    /// <summary>Width and height of each image in pixels, 16–4096. Default: 384.</summary>
    public int Size { get; init; } = 384;

    /// <summary>The seed; image i of a seed is always the same. Default: 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The smallest shape's radius in pixels, 0.5–64. Default: 1.</summary>
    public double MinRadius { get; init; } = 1;

    /// <summary>The largest shape's radius as a share of the image's size, 0.05–1. Default: 0.4.</summary>
    public double MaxRadiusShare { get; init; } = 0.4;

    /// <summary>The share of shapes above eight pixels that carry a texture, 0–1; the others are flat or shaded. Default: 0.65.</summary>
    public double TextureShare { get; init; } = 0.65;

    /// <summary>The share of images whose background is out of focus, 0–1. Default: 0.25.</summary>
    public double DefocusShare { get; init; } = 0.25;

    /// <summary>The share of images with a sheet of lettering in them, 0–1. Default: 0.2.</summary>
    public double LetteringShare { get; init; } = 0.2;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InputException">A value lies outside its range; the message names it and the range.</exception>
    public void Validate()
    {
        Check(Size is >= 16 and <= 4096, nameof(Size), Size, "16 to 4096 pixels");
        Check(MinRadius is >= 0.5 and <= 64, nameof(MinRadius), MinRadius, "0.5 to 64 pixels");
        Check(MaxRadiusShare is >= 0.05 and <= 1, nameof(MaxRadiusShare), MaxRadiusShare, "0.05 to 1 of the size");
        string least = $"more than MinRadius ({MinRadius} pixels) allows at size {Size}";
        Check(MaxRadiusShare * Size > MinRadius, nameof(MaxRadiusShare), MaxRadiusShare, least);
        Check(TextureShare is >= 0 and <= 1, nameof(TextureShare), TextureShare, "0 to 1");
        Check(DefocusShare is >= 0 and <= 1, nameof(DefocusShare), DefocusShare, "0 to 1");
        Check(LetteringShare is >= 0 and <= 1, nameof(LetteringShare), LetteringShare, "0 to 1");
    }

    private static void Check(bool fits, string name, object value, string range)
    {
        if (!fits)
        {
            throw new InputException(FormattableString.Invariant($"The dead-leaves option {name} is {value}; it must be {range}."));
        }
    }
}
