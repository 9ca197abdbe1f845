namespace SuperRes.Lab.Datasets;

/// <summary>How much an archive may unpack to; what passes a limit is refused before it can fill the disk.</summary>
public sealed record ExtractionLimits
{
    /// <summary>Most entries. Default: 2,000,000, more than ImageNet has.</summary>
    public int MaxEntries { get; init; } = 2_000_000;

    /// <summary>Most bytes of all files together. Default: 256 GiB.</summary>
    public long MaxBytes { get; init; } = 1L << 38;

    /// <summary>How many times larger the content may be than the archive. Default: 50; archives of photos stay near 1.</summary>
    public double MaxRatio { get; init; } = 50;

    /// <summary>Content up to this size is not held against <see cref="MaxRatio"/>. Default: 1 MiB.</summary>
    internal const long RatioFloor = 1L << 20;
}
