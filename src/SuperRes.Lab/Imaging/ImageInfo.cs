namespace SuperRes.Lab.Imaging;

/// <summary>What a file's header says.</summary>
/// <param name="Width">Width in pixels as shown, after the EXIF orientation.</param>
/// <param name="Height">Height in pixels as shown.</param>
/// <param name="Format">PNG, JPEG, WebP, TIFF, AVIF, PPM, BMP or GIF, from the content and not the file's name.</param>
public sealed record ImageInfo(int Width, int Height, string Format)
{
    /// <summary>How many pictures a file holds, of which the first is read: the frames of an animated GIF, WebP or PNG, the pages of a
    /// TIFF. Default: 1.</summary>
    public int Frames { get; init; } = 1;
}
