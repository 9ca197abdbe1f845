using System.Buffers.Binary;
using System.IO.Compression;

namespace SuperRes.Lab.Imaging;

/// <summary>Finds EXIF blocks, XMP, colour profiles and texts in encoded images; what is broken counts as absent.</summary>
internal static class MetadataReader
{
    // Profiles of printers reach a few megabytes; what unpacks to more is no profile.
    private const int MaxProfileBytes = 16 << 20;
    private const int MaxExifBytes = 16 << 20;
    private const int MaxStartBytes = 64 << 20;

    /// <summary>All there is in a file.</summary>
    public static ImageMetadata Read(ReadOnlySpan<byte> encoded, string format)
    {
        ImageMetadata found = format switch
        {
            "JPEG" => Jpeg(encoded),
            "WebP" => Webp(encoded),
            "PNG" => Png(encoded),
            _ => ImageMetadata.None,
        };
        return found.IsEmpty ? ImageMetadata.None : found with
        {
            Exif = found.Exif is null ? null : Exif.Upright(found.Exif),
            Xmp = found.Xmp is null ? null : Xmp.Upright(found.Xmp),
        };
    }

    /// <summary>All there is in the part of a file that comes before its pixels, and may be cut off within them.</summary>
    public static ImageMetadata ReadStart(string path, string format)
    {
        using FileStream file = File.OpenRead(path);
        var start = new byte[Math.Min(file.Length, MaxStartBytes)];
        file.ReadExactly(start);
        return Read(start, format);
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

    private static ImageMetadata Png(ReadOnlySpan<byte> png)
    {
        byte[]? exif = null, profile = null, xmp = null;
        var own = new List<MetadataChunk>();
        for (int at = 8; at + 12 <= png.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12)
            {
                break;
            }

            ReadOnlySpan<byte> data = png.Slice(at + 8, (int)length);
            string type = System.Text.Encoding.Latin1.GetString(png.Slice(at + 4, 4));
            switch (type)
            {
                case "iCCP":
                    profile ??= Inflate(data);
                    break;
                case "eXIf" when length <= MaxExifBytes:
                    exif ??= data.ToArray();
                    break;
                case "iTXt" when data.StartsWith(Xmp.PngKeyword):
                    xmp ??= Xmp.OfPngText(data);
                    break;
                case "iTXt" or "tEXt" or "zTXt" or "gAMA" or "cHRM" or "sRGB" or "pHYs" when length <= MaxExifBytes:
                    own.Add(new("PNG", type, data.ToArray()));
                    break;
            }

            at += 12 + (int)length;
        }

        return new(exif, profile) { Xmp = xmp, Own = own };
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

    private static ImageMetadata Jpeg(ReadOnlySpan<byte> jpeg)
    {
        byte[]? exif = null, xmp = null;
        var parts = new SortedDictionary<int, byte[]>();
        var own = new List<MetadataChunk>();
        int count = 0;
        for (int at = 2; at + 4 <= jpeg.Length && jpeg[at] == 0xFF && jpeg[at + 1] is not (0xDA or 0xD9);)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (length < 2 || at + 2 + length > jpeg.Length)
            {
                break;
            }

            ReadOnlySpan<byte> segment = jpeg.Slice(at + 4, length - 2);
            byte marker = jpeg[at + 1];
            if (marker == 0xE1 && segment.StartsWith("Exif\0\0"u8))
            {
                exif ??= segment[6..].ToArray();
            }
            else if (marker == 0xE1 && segment.StartsWith(Xmp.JpegPrefix))
            {
                xmp ??= segment[Xmp.JpegPrefix.Length..].ToArray();
            }
            else if (marker == 0xE2 && segment.Length > 14 && segment.StartsWith("ICC_PROFILE\0"u8))
            {
                count = segment[13];
                parts[segment[12]] = segment[14..].ToArray();
            }
            else if (marker == MetadataWriter.JfifMarker && segment.Length >= MetadataWriter.JfifDensity.End.Value
                && segment.StartsWith("JFIF\0"u8))
            {
                own.Add(new("JPEG", ((char)marker).ToString(), segment.ToArray()));
            }
            else if (marker == 0xFE || (marker == 0xED && segment.StartsWith("Photoshop 3.0\0"u8)))
            {
                own.Add(new("JPEG", ((char)marker).ToString(), segment.ToArray()));
            }

            at += 2 + length;
        }

        bool complete = count > 0 && parts.Count == count && parts.Keys.First() == 1 && parts.Keys.Last() == count;
        return new(exif, complete ? [.. parts.Values.SelectMany(part => part)] : null) { Xmp = xmp, Own = own };
    }

    private static ImageMetadata Webp(ReadOnlySpan<byte> webp)
    {
        byte[]? exif = null, profile = null, xmp = null;
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
            else if (type.SequenceEqual("XMP "u8))
            {
                xmp = data.ToArray();
            }

            at += 8 + (int)length + (int)(length & 1);
        }

        return new(exif, profile) { Xmp = xmp };
    }
}
