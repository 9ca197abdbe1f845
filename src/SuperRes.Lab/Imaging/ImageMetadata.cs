namespace SuperRes.Lab.Imaging;

/// <summary>What a file says about its pixels beside them, kept so that an output made of it can say the same.</summary>
/// <param name="Exif">The EXIF block (TIFF structure, without any prefix), orientation set to upright; null where there is none.</param>
/// <param name="IccProfile">The colour profile; null where there is none.</param>
public sealed record ImageMetadata(byte[]? Exif, byte[]? IccProfile)
{
    /// <summary>Nothing.</summary>
    public static ImageMetadata None { get; } = new(null, null);

    /// <summary>The XMP packet (UTF-8 text), orientation set to upright; null where there is none.</summary>
    public byte[]? Xmp { get; init; }

    /// <summary>What only the same format holds, as it stood in the file: texts, gamma and density of a PNG, IPTC and comments of a
    /// JPEG.</summary>
    internal IReadOnlyList<MetadataChunk> Own { get; init; } = [];

    /// <summary>The same of a picture of another size: EXIF and XMP say that size wherever they say one.</summary>
    internal ImageMetadata Sized(int width, int height) => this with
    {
        Exif = Exif is null ? null : Imaging.Exif.Sized(Exif, width, height),
        Xmp = Xmp is null ? null : Imaging.Xmp.Sized(Xmp, width, height),
    };

    /// <summary>Whether there is nothing.</summary>
    internal bool IsEmpty => Exif is null && IccProfile is null && Xmp is null && Own.Count == 0;

    /// <summary>Whether the profile describes grey (true), RGB (false) or another kind of pixel (null, as where there is none).</summary>
    internal bool? ProfileIsGrey => IccProfile is not { Length: > 20 } profile ? null
        : profile.AsSpan(16).StartsWith("GRAY"u8) ? true
        : profile.AsSpan(16).StartsWith("RGB "u8) ? false : null;
}

/// <summary>A PNG chunk or JPEG segment that is carried as it is.</summary>
/// <param name="Format">PNG or JPEG.</param>
/// <param name="Kind">The chunk's type, or the segment's marker as one character.</param>
/// <param name="Data">Its content.</param>
internal sealed record MetadataChunk(string Format, string Kind, byte[] Data);
