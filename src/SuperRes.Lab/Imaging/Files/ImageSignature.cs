namespace SuperRes.Lab.Imaging;

/// <summary>Tells file formats by their first bytes, for choosing a decoder and for messages that name what was found.</summary>
internal static class ImageSignature
{
    /// <summary>How many bytes <see cref="Of"/> looks at.</summary>
    public const int Length = 64;

    /// <summary>The formats that are read, as messages name them.</summary>
    public const string Read = "PNG, JPEG, WebP, TIFF, AVIF, PPM, BMP and GIF";

    /// <summary>The format's name, or null where the bytes belong to none of the known.</summary>
    public static string? Of(ReadOnlySpan<byte> start) =>
        start is [0x89, (byte)'P', (byte)'N', (byte)'G', _, ..] ? "PNG"
        : start is [0xFF, 0xD8, 0xFF, ..] ? "JPEG"
        : start.StartsWith("RIFF"u8) && At(start, 8, "WEBP"u8) ? "WebP"
        : start.StartsWith("GIF8"u8) ? "GIF"
        : At(start, 4, "ftyp"u8) ? Brand(start)
        : start is [0xFF, 0x0A, ..] || At(start, 4, "JXL "u8) ? "JPEG XL"
        : Raw(start) ? "RAW"
        : start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8) ? "TIFF"
        : start is [(byte)'P', (byte)'5' or (byte)'6', (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t', ..] ? "PPM"
        : start.StartsWith("BM"u8) ? "BMP"
        : start.StartsWith("%PDF"u8) ? "PDF"
        : start.StartsWith("8BPS"u8) ? "Photoshop"
        : At(start, 4, "jP  "u8) ? "JPEG 2000"
        : null;

    /// <summary>Whether a format named by <see cref="Of"/> can be decoded.</summary>
    public static bool IsRead(string? format) => format is "PNG" or "JPEG" or "WebP" or "TIFF" or "AVIF" or "PPM" or "BMP" or "GIF";

    /// <summary>What a file of a known format that is not read is, and what to do about it.</summary>
    public static string Advice(string format) => format switch
    {
        "HEIC" => "a HEIC photo, whose HEVC compression is patented and not read here; save it as JPEG or AVIF (on an iPhone: Settings > "
            + "Camera > Formats > Most Compatible)",
        "JPEG XL" => "a JPEG XL file, which is not read here; save it as PNG or JPEG (djxl does)",
        "RAW" => "a camera's RAW file, which needs developing first; export it as 16-bit TIFF (darktable and RawTherapee do)",
        _ => $"a {format} file; {Read} images are read: convert it",
    };

    private static bool At(ReadOnlySpan<byte> start, int offset, ReadOnlySpan<byte> word)
        => start.Length >= offset + word.Length && start[offset..].StartsWith(word);

    /// <summary>The kind of an ISO container: by its major brand, or by the compatible ones where that is the general "mif1".</summary>
    private static string Brand(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> brands = start[8..Math.Min(start.Length, Math.Max(12, (start[2] << 8) | start[3]))];
        return brands.IndexOf("avif"u8) >= 0 || brands.IndexOf("avis"u8) >= 0 ? "AVIF"
            : brands.IndexOf("hei"u8) >= 0 || brands.IndexOf("hev"u8) >= 0 || brands.StartsWith("mif1"u8) ? "HEIC"
            : brands.StartsWith("crx "u8) ? "RAW"
            : "video";
    }

    /// <summary>Canon's CR2, Olympus' ORF, Panasonic's RW2 and Fujifilm's RAF; others look like TIFF from outside.</summary>
    private static bool Raw(ReadOnlySpan<byte> start)
        => start.StartsWith("FUJIFILMCCD-RAW"u8) || start.StartsWith("IIRO"u8) || start.StartsWith("IIRS"u8) || start.StartsWith("IIU\0"u8)
            || start.StartsWith("MMOR"u8) || (start.StartsWith("II*\0"u8) && At(start, 8, "CR"u8));
}
