using NetVips;

namespace SuperRes.Lab.Imaging;

/// <summary>What a file says about its pixels beside them, kept so that an output made of it can say the same.</summary>
/// <param name="Exif">The EXIF block (TIFF structure, without any prefix) as it stands in the file; a written copy says upright and the
/// picture's size. Null where there is none.</param>
/// <param name="IccProfile">The colour profile; null where there is none.</param>
public sealed record ImageMetadata(byte[]? Exif, byte[]? IccProfile)
{
    /// <summary>Nothing.</summary>
    public static ImageMetadata None { get; } = new(null, null);

    /// <summary>The XMP packet (UTF-8 text) as it stands in the file; a written copy says upright and the picture's size, and names no
    /// video. Null where there is none.</summary>
    public byte[]? Xmp { get; init; }

    /// <summary>The IPTC record; null where there is none.</summary>
    internal byte[]? Iptc { get; init; }

    /// <summary>Texts of a PNG, by the fields in which libvips keeps them.</summary>
    internal IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>A PNG's chunks that say what its values mean (<see cref="PngChunks.Colours"/>).</summary>
    internal byte[] PngColours { get; init; } = [];

    /// <summary>A JPEG's comments (<see cref="JpegComments"/>).</summary>
    internal byte[] JpegComments { get; init; } = [];

    /// <summary>Pixels of a millimetre across and down; null where the file does not say.</summary>
    internal (double X, double Y)? Density { get; init; }

    /// <summary>The unit in which the file says its density: "in" or "cm".</summary>
    internal string DensityUnit { get; init; } = "in";

    /// <summary>Whether a JPEG, or a file without subsampling at all, keeps colour in every pixel; false where it is halved in both
    /// directions; null where there was no file.</summary>
    internal bool? HasFullChroma { get; init; }

    /// <summary>Whether a JPEG's chroma is halved whatever its quality, as Pillow and libjpeg do by default. Default: false.</summary>
    internal bool HalvesChroma { get; init; }

    /// <summary>Whether the profile describes grey (true), RGB (false) or another kind of pixel (null, as where there is none).</summary>
    internal bool? ProfileIsGrey => IccProfile is not { Length: > 20 } profile ? null
        : profile.AsSpan(16).StartsWith("GRAY"u8) ? true
        : profile.AsSpan(16).StartsWith("RGB "u8) ? false : null;

    /// <summary>72 pixels an inch, in pixels a millimetre.</summary>
    internal const double UsualDensity = 72 / 25.4;

    internal static ImageMetadata Of(ImageFile file)
    {
        Image header = file.Header;
        byte[]? exif = Blob("exif-data");
        return new(exif.AsSpan().StartsWith("Exif\0\0"u8) ? exif![6..] : exif, Blob("icc-profile-data"))
        {
            Xmp = Blob("xmp-data"),
            Iptc = Blob("iptc-data"),
            Texts = header.GetFields().Where(field => field.StartsWith("png-comment-", StringComparison.Ordinal))
                .ToDictionary(field => field, field => header.Get(field) as string ?? ""),
            PngColours = file.PngChunks?.Colours ?? [],
            JpegComments = file.Comments,
            // One pixel a millimetre and 72 an inch are what libvips says where a file says nothing.
            Density = header.Xres is 1 or 0 || Math.Abs(header.Xres - UsualDensity) < 0.01 ? null : (header.Xres, header.Yres),
            DensityUnit = header.Contains("resolution-unit") && header.Get("resolution-unit") is "cm" ? "cm" : "in",
            HasFullChroma = !header.Contains("jpeg-chroma-subsample") || header.Get("jpeg-chroma-subsample") is not "4:2:0",
        };

        byte[]? Blob(string field) => header.Contains(field) && header.Get(field) is byte[] { Length: > 0 } bytes ? bytes : null;
    }
}
