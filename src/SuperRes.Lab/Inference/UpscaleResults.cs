namespace SuperRes.Lab.Inference;

/// <summary>What became of a file.</summary>
public enum UpscaleStatus
{
    /// <summary>It was upscaled or restored.</summary>
    Done,

    /// <summary>Its output was there already.</summary>
    Skipped,

    /// <summary>It could not be read, computed or written; the others were done.</summary>
    Failed,
}

/// <summary>What became of one file.</summary>
/// <param name="Input">The file that was read.</param>
/// <param name="Output">The file that was written.</param>
/// <param name="Status">Whether it was.</param>
/// <param name="Message">Why not; null where it was.</param>
/// <param name="Width">Width of the output; 0 where there is none.</param>
/// <param name="Height">Height of the output.</param>
/// <param name="Seconds">Time from reading to written.</param>
/// <param name="IsExact">False where the memory limit kept the tiles' overlap below the receptive radius.</param>
public sealed record UpscaleFileResult(
    string Input, string Output, UpscaleStatus Status, string? Message, int Width, int Height, double Seconds, bool IsExact)
{
    /// <summary>How many pictures the input shows one after the other; the first was taken.</summary>
    public int Frames { get; init; } = 1;
}

/// <summary>What became of a list of files.</summary>
/// <param name="Files">One entry for each, in order.</param>
public sealed record UpscaleFolderResult(IReadOnlyList<UpscaleFileResult> Files)
{
    /// <summary>The files that failed; a program ends with exit code 1 where there are any, and lists them.</summary>
    public IReadOnlyList<UpscaleFileResult> Failures => [.. Files.Where(f => f.Status == UpscaleStatus.Failed)];

    /// <summary>How many were upscaled now.</summary>
    public int Done => Files.Count(f => f.Status == UpscaleStatus.Done);

    /// <summary>How many were there already.</summary>
    public int Skipped => Files.Count(f => f.Status == UpscaleStatus.Skipped);
}
