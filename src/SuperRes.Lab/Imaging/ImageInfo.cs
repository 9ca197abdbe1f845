namespace SuperRes.Lab.Imaging;

/// <summary>What a file's header says.</summary>
/// <param name="Width">Width in pixels as shown, after the EXIF orientation.</param>
/// <param name="Height">Height in pixels as shown.</param>
/// <param name="Format">PNG, JPEG, WebP, BMP or GIF, from the content and not the file's name.</param>
public sealed record ImageInfo(int Width, int Height, string Format)
{
    /// <summary>How many pictures an animated GIF or WebP shows one after the other, of which the first is read; 1 for a still
    /// picture.</summary>
    public int Frames { get; init; } = 1;
}
