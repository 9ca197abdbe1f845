using System.Buffers.Binary;
using System.IO.Compression;

namespace SuperRes.Lab.Imaging;

/// <summary>Finds EXIF blocks and colour profiles in encoded images; what is broken counts as absent.</summary>
internal static class MetadataReader
{
    // Profiles of printers reach a few megabytes; what unpacks to more is no profile.
    private const int MaxProfileBytes = 16 << 20;
    private const int MaxExifBytes = 16 << 20;

    /// <summary>All there is in a file.</summary>
    public static ImageMetadata Read(ReadOnlySpan<byte> encoded, string format)
    {
        (byte[]? exif, byte[]? profile) = format switch
        {
            "JPEG" => Jpeg(encoded),
            "WebP" => Webp(encoded),
            "PNG" => Png(encoded),
            _ => (null, null),
        };
        return exif is null && profile is null ? ImageMetadata.None : new ImageMetadata(exif is null ? null : Exif.Upright(exif), profile);
    }

    /// <summary>The EXIF block of a PNG, which Skia does not look for, read by jumping from chunk to chunk.</summary>
    public static byte[]? PngExif(Stream png)
    {
        Span<byte> head = stackalloc byte[8];
        for (long at = 8; at + 12 <= png.Length;)
        {
            png.Position = at;
            png.ReadExactly(head);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (at + 12 + length > png.Length)
            {
                return null;
            }

            if (head[4..].SequenceEqual("eXIf"u8) && length <= MaxExifBytes)
            {
                var exif = new byte[length];
                png.ReadExactly(exif);
                return exif;
            }

            at += 12 + length;
        }

        return null;
    }

    private static unsafe (byte[]? Exif, byte[]? Profile) Png(ReadOnlySpan<byte> png)
    {
        byte[]? profile = null;
        for (int at = 8; at + 12 <= png.Length && profile is null;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            ReadOnlySpan<byte> type = png.Slice(at + 4, 4);
            if (length > png.Length - at - 12 || type.SequenceEqual("IDAT"u8))
            {
                break;
            }

            if (type.SequenceEqual("iCCP"u8))
            {
                profile = Inflate(png.Slice(at + 8, (int)length));
            }

            at += 12 + (int)length;
        }

        fixed (byte* memory = png)
        {
            using var stream = new UnmanagedMemoryStream(memory, png.Length);
            return (PngExif(stream), profile);
        }
    }

    private static byte[]? Inflate(ReadOnlySpan<byte> chunk)
    {
        // A name, a zero, the method (0), then a zlib stream.
        int name = chunk.IndexOf((byte)0);
        if (name < 0 || name + 2 > chunk.Length)
        {
            return null;
        }

        try
        {
            using var zlib = new ZLibStream(new MemoryStream(chunk[(name + 2)..].ToArray()), CompressionMode.Decompress);
            var profile = new byte[MaxProfileBytes + 1];
            int length = zlib.ReadAtLeast(profile, profile.Length, throwOnEndOfStream: false);
            return length is 0 or > MaxProfileBytes ? null : profile[..length];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static (byte[]? Exif, byte[]? Profile) Jpeg(ReadOnlySpan<byte> jpeg)
    {
        byte[]? exif = null;
        var parts = new SortedDictionary<int, byte[]>();
        int count = 0;
        for (int at = 2; at + 4 <= jpeg.Length && jpeg[at] == 0xFF && jpeg[at + 1] is not (0xDA or 0xD9);)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (length < 2 || at + 2 + length > jpeg.Length)
            {
                break;
            }

            ReadOnlySpan<byte> segment = jpeg.Slice(at + 4, length - 2);
            if (jpeg[at + 1] == 0xE1 && segment.StartsWith("Exif\0\0"u8))
            {
                exif ??= segment[6..].ToArray();
            }
            else if (jpeg[at + 1] == 0xE2 && segment.Length > 14 && segment.StartsWith("ICC_PROFILE\0"u8))
            {
                count = segment[13];
                parts[segment[12]] = segment[14..].ToArray();
            }

            at += 2 + length;
        }

        bool complete = count > 0 && parts.Count == count && parts.Keys.First() == 1 && parts.Keys.Last() == count;
        return (exif, complete ? [.. parts.Values.SelectMany(part => part)] : null);
    }

    private static (byte[]? Exif, byte[]? Profile) Webp(ReadOnlySpan<byte> webp)
    {
        byte[]? exif = null, profile = null;
        for (int at = 12; at + 8 <= webp.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(webp[(at + 4)..]);
            if (length > webp.Length - at - 8)
            {
                break;
            }

            ReadOnlySpan<byte> type = webp.Slice(at, 4), data = webp.Slice(at + 8, (int)length);
            if (type.SequenceEqual("EXIF"u8))
            {
                exif = (data.StartsWith("Exif\0\0"u8) ? data[6..] : data).ToArray();
            }
            else if (type.SequenceEqual("ICCP"u8))
            {
                profile = data.ToArray();
            }

            at += 8 + (int)length + (int)(length & 1);
        }

        return (exif, profile);
    }
}
