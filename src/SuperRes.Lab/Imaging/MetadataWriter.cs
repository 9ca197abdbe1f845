using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace SuperRes.Lab.Imaging;

/// <summary>Puts EXIF blocks, XMP, colour profiles and texts into images that are encoded without them.</summary>
internal static class MetadataWriter
{
    /// <summary>The segment in which a JPEG says how many pixels an inch has.</summary>
    internal const byte JfifMarker = 0xE0;

    private const int JpegSegmentBytes = 65_533;

    /// <summary>Where in that segment: unit, and pixels across and down.</summary>
    internal static Range JfifDensity => 7..12;

    /// <summary>A PNG with what stands between its header and its pixels.</summary>
    public static byte[] Png(byte[] png, ImageMetadata metadata)
    {
        const int headerEnd = 8 + 25;
        using var file = new MemoryStream();
        file.Write(png.AsSpan(0, headerEnd));
        PngChunks(file, metadata);
        file.Write(png.AsSpan(headerEnd));
        return file.ToArray();
    }

    /// <summary>The chunks that stand between a PNG's header and its pixels.</summary>
    public static void PngChunks(Stream file, ImageMetadata metadata)
    {
        if (metadata.IccProfile is { } profile)
        {
            using var packed = new MemoryStream();
            packed.Write("profile\0\0"u8);
            using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            {
                zlib.Write(profile);
            }

            PngChunk(file, "iCCP"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        }

        // A profile that was left out, as of a grey file that became colour, leaves the other statements true.
        foreach (MetadataChunk chunk in metadata.Own.Where(
            c => c.Format == "PNG" && !(metadata.IccProfile is not null && c.Kind == "sRGB")))
        {
            PngChunk(file, System.Text.Encoding.Latin1.GetBytes(chunk.Kind), chunk.Data);
        }

        if (metadata.Exif is { } exif)
        {
            PngChunk(file, "eXIf"u8, exif);
        }

        if (metadata.Xmp is { } xmp)
        {
            PngChunk(file, "iTXt"u8, Xmp.ToPngText(xmp));
        }
    }

    /// <summary>Adds one chunk to a PNG.</summary>
    public static void PngChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        var crc = new Crc32();
        crc.Append(type);
        crc.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, crc.GetCurrentHashAsUInt32());
        file.Write(number);
    }

    /// <summary>A JPEG with segments of EXIF and XMP (left out where they pass the 64 KB that JPEG allows) and the profile in as many
    /// segments as it needs.</summary>
    public static byte[] Jpeg(byte[] jpeg, ImageMetadata metadata)
    {
        using var file = new MemoryStream();
        file.Write(jpeg.AsSpan(0, 2));
        if (metadata.Exif is { } exif && exif.Length + 6 <= JpegSegmentBytes)
        {
            JpegSegment(file, 0xE1, [.. "Exif\0\0"u8, .. exif]);
        }

        if (metadata.Xmp is { } xmp && xmp.Length + Xmp.JpegPrefix.Length <= JpegSegmentBytes)
        {
            JpegSegment(file, 0xE1, [.. Xmp.JpegPrefix, .. xmp]);
        }

        byte[][] parts = [.. (metadata.IccProfile ?? []).Chunk(JpegSegmentBytes - 14)];
        for (int i = 0; i < parts.Length && parts.Length < 256; i++)
        {
            JpegSegment(file, 0xE2, [.. "ICC_PROFILE\0"u8, (byte)(i + 1), (byte)parts.Length, .. parts[i]]);
        }

        byte[] rest = jpeg[2..];
        foreach (MetadataChunk segment in metadata.Own.Where(c => c.Format == "JPEG"))
        {
            if (segment.Kind[0] != JfifMarker)
            {
                JpegSegment(file, (byte)segment.Kind[0], segment.Data);
            }
            else if (rest is [0xFF, JfifMarker, ..] && rest.AsSpan(4).StartsWith("JFIF\0"u8))
            {
                segment.Data.AsSpan(JfifDensity).CopyTo(rest.AsSpan(4)[JfifDensity]); // the encoder's own segment, with the file's density
            }
        }

        file.Write(rest);
        return file.ToArray();
    }

    /// <summary>A WebP in the extended container.</summary>
    public static byte[] Webp(byte[] webp, RgbImage image, bool alpha, ImageMetadata metadata)
    {
        // Where Skia already wrote the extended header (it does for alpha), ours takes its place.
        int body = webp.AsSpan(12).StartsWith("VP8X"u8) ? 30 : 12;
        var header = new byte[10];
        header[0] =
            (byte)((metadata.IccProfile is null ? 0 : 0x20) | (alpha ? 0x10 : 0) | (metadata.Exif is null ? 0 : 0x08) | (
            metadata.Xmp is null ? 0 : 0x04));
        Write24(header.AsSpan(4), image.Width - 1);
        Write24(header.AsSpan(7), image.Height - 1);
        using var content = new MemoryStream();
        content.Write("WEBP"u8);
        RiffChunk(content, "VP8X"u8, header);
        if (metadata.IccProfile is { } profile)
        {
            RiffChunk(content, "ICCP"u8, profile);
        }

        content.Write(webp.AsSpan(body));
        if (metadata.Exif is { } exif)
        {
            RiffChunk(content, "EXIF"u8, exif);
        }

        if (metadata.Xmp is { } xmp)
        {
            RiffChunk(content, "XMP "u8, xmp);
        }

        using var file = new MemoryStream();
        RiffChunk(file, "RIFF"u8, content.ToArray());
        return file.ToArray();
    }

    private static void JpegSegment(MemoryStream file, byte marker, byte[] data) =>
        file.Write([0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data]);

    private static void RiffChunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        file.Write(type);
        file.Write(length);
        file.Write(data);
        if ((data.Length & 1) != 0)
        {
            file.WriteByte(0);
        }
    }

    private static void Write24(Span<byte> bytes, int value) =>
        (bytes[0], bytes[1], bytes[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
}
