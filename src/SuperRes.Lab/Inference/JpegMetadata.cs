using System.Buffers.Binary;

namespace SuperRes.Lab.Inference;

/// <summary>Metadata in JPEG files: EXIF and XMP in APP1, the colour profile in one or more APP2.</summary>
internal static class JpegMetadata
{
    private const byte App0 = 0xE0, App1 = 0xE1, App2 = 0xE2, StartOfScan = 0xDA;
    private const int LargestSegment = 65533;

    private static ReadOnlySpan<byte> ExifStart => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> XmpStart => "http://ns.adobe.com/xap/1.0/\0"u8;

    private static ReadOnlySpan<byte> IccStart => "ICC_PROFILE\0"u8;

    public static ImageMetadata Read(ReadOnlySpan<byte> file)
    {
        byte[]? exif = null, xmp = null;
        var profile = new SortedDictionary<int, byte[]>();
        for (int at = 2; at + 4 <= file.Length && file[at] == 0xFF && file[at + 1] != StartOfScan;)
        {
            if (file[at + 1] == 0xFF)
            {
                at++;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            ReadOnlySpan<byte> content = file.Slice(at + 4, length - 2);
            switch (file[at + 1])
            {
                case App1 when content.StartsWith(ExifStart):
                    exif ??= content[ExifStart.Length..].ToArray();
                    break;
                case App1 when content.StartsWith(XmpStart):
                    xmp ??= content[XmpStart.Length..].ToArray();
                    break;
                case App2 when content.StartsWith(IccStart):
                    profile[content[IccStart.Length]] = content[(IccStart.Length + 2)..].ToArray();
                    break;
            }

            at += 2 + length;
        }

        return new(profile.Count == 0 ? null : [.. profile.Values.SelectMany(part => part)], exif, xmp, []);
    }

    public static byte[] Attach(byte[] file, ImageMetadata metadata)
    {
        // JFIF wants its own segment to stay the first.
        int at = file[3] == App0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(4)) : 2;
        using var result = new MemoryStream(file.Length + 65536);
        result.Write(file, 0, at);
        WriteWhole(result, ExifStart, metadata.Exif);
        WriteWhole(result, XmpStart, metadata.Xmp);
        WriteProfile(result, metadata.Icc);
        result.Write(file, at, file.Length - at);
        return result.ToArray();
    }

    /// <summary>One segment; a block too large for one, which EXIF can't be and XMP seldom is, is left out.</summary>
    private static void WriteWhole(MemoryStream stream, ReadOnlySpan<byte> start, byte[]? content)
    {
        if (content is not null && start.Length + content.Length <= LargestSegment)
        {
            WriteSegment(stream, App1, [.. start, .. content]);
        }
    }

    private static void WriteProfile(MemoryStream stream, byte[]? profile)
    {
        int part = LargestSegment - IccStart.Length - 2;
        int count = profile is null ? 0 : (profile.Length + part - 1) / part;
        for (int i = 0; i < count && count <= byte.MaxValue; i++)
        {
            WriteSegment(stream, App2, [.. IccStart, (byte)(i + 1), (byte)count, .. profile.AsSpan(i * part, Math.Min(part, profile!.Length - (i * part)))]);
        }
    }

    private static void WriteSegment(MemoryStream stream, byte marker, byte[] content)
    {
        Span<byte> head = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(content.Length + 2));
        stream.Write(head);
        stream.Write(content);
    }
}
