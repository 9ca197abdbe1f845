using System.Buffers.Binary;
using System.Text;

namespace SuperRes.Lab.Inference;

/// <summary>Metadata in WebP files: the chunks ICCP, EXIF and XMP of the extended format.</summary>
internal static class WebpMetadata
{
    private const int FileHead = 12, ChunkHead = 8;
    private const byte HasProfile = 0x20, HasAlpha = 0x10, HasExif = 0x08, HasXmp = 0x04;

    public static ImageMetadata Read(ReadOnlySpan<byte> file)
    {
        byte[]? icc = null, exif = null, xmp = null;
        foreach ((string type, byte[] data) in Chunks(file))
        {
            switch (type)
            {
                case "ICCP":
                    icc = data;
                    break;
                case "EXIF":
                    // Some writers put JPEG's prefix here as well.
                    exif = data.AsSpan().StartsWith("Exif\0\0"u8) ? data[6..] : data;
                    break;
                case "XMP ":
                    xmp = data;
                    break;
            }
        }

        return new(icc, exif, xmp, []);
    }

    public static byte[] Attach(byte[] file, ImageMetadata metadata)
    {
        List<(string Type, byte[] Data)> chunks = Chunks(file);
        byte[] extended = chunks[0].Type == "VP8X" ? chunks[0].Data : ExtendedHeader(chunks[0]);
        extended[0] |= (byte)((metadata.Icc is null ? 0 : HasProfile) | (metadata.Exif is null ? 0 : HasExif) | (metadata.Xmp is null ? 0 : HasXmp));
        using var result = new MemoryStream(file.Length + 65536);
        result.Write("RIFF\0\0\0\0WEBP"u8);
        Write(result, "VP8X", extended);
        Write(result, "ICCP", metadata.Icc);
        foreach ((string type, byte[] data) in chunks.Where(c => c.Type != "VP8X"))
        {
            Write(result, type, data);
        }

        Write(result, "EXIF", metadata.Exif);
        Write(result, "XMP ", metadata.Xmp);
        byte[] bytes = result.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        return bytes;
    }

    private static List<(string Type, byte[] Data)> Chunks(ReadOnlySpan<byte> file)
    {
        var chunks = new List<(string, byte[])>();
        for (int at = FileHead; at + ChunkHead <= file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]));
            chunks.Add((Encoding.ASCII.GetString(file.Slice(at, 4)), file.Slice(at + ChunkHead, length).ToArray()));
            at += checked(ChunkHead + length + (length & 1));
        }

        return chunks;
    }

    /// <summary>The header that a plain lossy ("VP8 ") or lossless ("VP8L") file lacks: flags, and the size less one as 24-bit numbers.</summary>
    private static byte[] ExtendedHeader((string Type, byte[] Data) picture)
    {
        ReadOnlySpan<byte> data = picture.Data;
        int width, height;
        byte flags = 0;
        if (picture.Type == "VP8L")
        {
            uint bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            (width, height) = ((int)(bits & 0x3FFF), (int)((bits >> 14) & 0x3FFF));
            flags = (bits & 0x10000000) != 0 ? HasAlpha : (byte)0;
        }
        else
        {
            width = (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF) - 1;
            height = (BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF) - 1;
        }

        return [flags, 0, 0, 0, (byte)width, (byte)(width >> 8), 0, (byte)height, (byte)(height >> 8), 0];
    }

    private static void Write(MemoryStream stream, string type, byte[]? data)
    {
        if (data is null)
        {
            return;
        }

        Span<byte> head = stackalloc byte[ChunkHead];
        Encoding.ASCII.GetBytes(type, head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], data.Length);
        stream.Write(head);
        stream.Write(data);
        if ((data.Length & 1) != 0)
        {
            stream.WriteByte(0);
        }
    }
}
