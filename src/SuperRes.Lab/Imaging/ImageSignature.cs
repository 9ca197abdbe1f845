namespace SuperRes.Lab.Imaging;

/// <summary>Tells file formats by their first bytes, for messages that name what was found.</summary>
internal static class ImageSignature
{
    /// <summary>The format's name, or null where the bytes belong to none of the known.</summary>
    public static string? Of(ReadOnlySpan<byte> start)
    {
        if (start.Length > 4 && start[0] == 0x89 && start[1..].StartsWith("PNG"u8))
        {
            return "PNG";
        }

        if (start.Length > 2 && start[0] == 0xFF && start[1] == 0xD8 && start[2] == 0xFF)
        {
            return "JPEG";
        }

        if (start.StartsWith("RIFF"u8) && start.Length > 11 && start[8..].StartsWith("WEBP"u8))
        {
            return "WebP";
        }

        if (start.StartsWith("GIF8"u8))
        {
            return "GIF";
        }

        if (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8))
        {
            return "TIFF";
        }

        if (start.Length > 11 && start[4..].StartsWith("ftyp"u8))
        {
            return start[8..].StartsWith("avif"u8) ? "AVIF" : start[8..].StartsWith("hei"u8) || start[8..].StartsWith("mif1"u8) ? "HEIF"
                : "video";
        }

        return start.StartsWith("%PDF"u8) ? "PDF" : start.StartsWith("BM"u8) ? "BMP" : null;
    }

    /// <summary>Whether a format named by <see cref="Of"/> can be decoded.</summary>
    public static bool IsRead(string format) => format is "PNG" or "JPEG" or "WebP" or "BMP" or "GIF";
}
