namespace SuperRes.Lab.Photos;

/// <summary>A photo of a folder as it was when the folder was scanned.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Name">Path relative to the folder, with forward slashes.</param>
/// <param name="Width">Width as shown, in pixels.</param>
/// <param name="Height">Height as shown, in pixels.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="ModifiedUtc">When the file was last written.</param>
public sealed record PhotoFile(string Path, string Name, int Width, int Height, long Bytes, DateTime ModifiedUtc)
{
    /// <summary>The shorter side in pixels.</summary>
    public int ShorterSide => Math.Min(Width, Height);
}

/// <summary>A file that can't be used, and why.</summary>
/// <param name="Name">Path relative to the folder, with forward slashes.</param>
/// <param name="Reason">One sentence.</param>
public sealed record BrokenImage(string Name, string Reason);

/// <summary>The two sides of a data set.</summary>
/// <param name="Train">What the model learns from.</param>
/// <param name="Valid">What it is measured on; holds no near-duplicate of a training photo.</param>
public sealed record DataSplit(ImageFolder Train, ImageFolder Valid)
{
    /// <summary>Photos of an official training side that look like one of the validation side, and are used on neither.</summary>
    public IReadOnlyList<PhotoFile> LeftOut { get; init; } = [];
}
