namespace SuperRes.Lab.Imaging;

/// <summary>How large an image may be; checked against the file's header before memory is taken for its pixels.</summary>
public sealed record ImageLimits
{
    /// <summary>Limits that photos and panoramas stay below and decompression bombs don't.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>No limits, for readers that take a picture row by row or look at its header alone.</summary>
    public static ImageLimits None { get; } = new() { MaxPixels = long.MaxValue, MaxFileBytes = long.MaxValue };

    /// <summary>Most pixels. Default: 268,435,456 (16,384 × 16,384), whose decoding takes at most 2 GB. A picture can hold
    /// 715,827,882.</summary>
    public long MaxPixels { get; init; } = 1L << 28;

    /// <summary>Most bytes of the encoded file. Default: 536,870,912 (512 MiB).</summary>
    public long MaxFileBytes { get; init; } = 1L << 29;
}
