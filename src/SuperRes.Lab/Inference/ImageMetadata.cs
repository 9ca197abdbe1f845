namespace SuperRes.Lab.Inference;

/// <summary>
/// What a file says about its picture beside the pixels: colour profile, EXIF and XMP, and between PNG files also texts, pixel density
/// and the plain colour chunks. Carried from the input's bytes to the output's, whatever the two formats are.
/// </summary>
/// <param name="Icc">ICC profile.</param>
/// <param name="Exif">EXIF as a TIFF structure, from its "II" or "MM" on.</param>
/// <param name="Xmp">XMP packet as UTF-8.</param>
/// <param name="PngChunks">Chunks that only PNG knows, kept as they are.</param>
internal sealed record ImageMetadata(byte[]? Icc, byte[]? Exif, byte[]? Xmp, IReadOnlyList<PngChunk> PngChunks)
{
    public static ImageMetadata None { get; } = new(null, null, null, []);

    /// <summary>Collects what is there; a broken block is left out, since the picture itself was readable.</summary>
    public static ImageMetadata Read(byte[] file, string format)
    {
        try
        {
            return format switch
            {
                "PNG" => PngMetadata.Read(file),
                "JPEG" => JpegMetadata.Read(file),
                "WebP" => WebpMetadata.Read(file),
                _ => None,
            };
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException or InvalidDataException)
        {
            return None;
        }
    }

    /// <summary>The metadata as it holds for an upright result of another size.</summary>
    /// <param name="width">Width of the result.</param>
    /// <param name="height">Height of the result.</param>
    /// <param name="grey">Whether the result is stored as grey, which a profile must match.</param>
    /// <param name="keepPngChunks">Whether chunks that describe colour still hold.</param>
    public ImageMetadata For(int width, int height, bool grey, bool keepPngChunks = true) => this with
    {
        Icc = Icc is not null && IsProfileFor(Icc, grey) ? Icc : null,
        Exif = Exif is null ? null : ExifBlock.ForUpright(Exif, width, height),
        PngChunks = keepPngChunks ? PngChunks : [],
    };

    /// <summary>Puts the metadata into an encoded file that has none.</summary>
    public byte[] Attach(byte[] file, string extension) => this is { Icc: null, Exif: null, Xmp: null, PngChunks.Count: 0 }
        ? file
        : extension.ToLowerInvariant() switch
        {
            ".png" => PngMetadata.Attach(file, this),
            ".jpg" or ".jpeg" => JpegMetadata.Attach(file, this),
            ".webp" => WebpMetadata.Attach(file, this),
            _ => file,
        };

    /// <summary>A profile names its colour space at byte 16; one of CMYK, say, does not describe the RGB that was decoded.</summary>
    private static bool IsProfileFor(byte[] icc, bool grey) => icc.Length > 128 && icc.AsSpan(16, 4).SequenceEqual(grey ? "GRAY"u8 : "RGB "u8);
}
