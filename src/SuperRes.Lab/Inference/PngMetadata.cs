using System.IO.Compression;
using System.Text;

namespace SuperRes.Lab.Inference;

/// <summary>Metadata in PNG files: iCCP, eXIf, XMP in iTXt, and chunks kept as they are.</summary>
internal static class PngMetadata
{
    private const string XmpKeyword = "XML:com.adobe.xmp";
    private const int MostBlockBytes = 1 << 24;
    private static readonly string[] _kept = ["gAMA", "cHRM", "sRGB", "pHYs", "tEXt", "zTXt", "iTXt", "tIME"];

    public static ImageMetadata Read(byte[] file)
    {
        byte[]? icc = null, exif = null, xmp = null;
        var kept = new List<PngChunk>();
        foreach ((int start, int length) in PngChunk.Positions(file).Where(p => p.Length < MostBlockBytes))
        {
            if (file.AsSpan(start + 4, 4).SequenceEqual("IDAT"u8))
            {
                continue;
            }

            PngChunk chunk = PngChunk.At(file, start, length);
            switch (chunk.Type)
            {
                case "iCCP":
                    icc = Inflate(chunk.Data);
                    break;
                case "eXIf":
                    exif = chunk.Data;
                    break;
                case "iTXt" when Xmp(chunk.Data) is { } packet:
                    xmp = packet;
                    break;
                case string type when _kept.Contains(type):
                    kept.Add(chunk);
                    break;
            }
        }

        return new(icc, exif, xmp, kept);
    }

    public static byte[] Attach(byte[] file, ImageMetadata metadata)
    {
        const int afterHeader = 8 + 12 + 13;
        using var result = new MemoryStream(file.Length + 4096);
        result.Write(file, 0, afterHeader);
        foreach (PngChunk chunk in metadata.PngChunks.Where(c => metadata.Icc is null || c.Type is not ("sRGB" or "gAMA" or "cHRM")))
        {
            chunk.WriteTo(result);
        }

        if (metadata.Icc is not null)
        {
            new PngChunk("iCCP", Deflate(metadata.Icc)).WriteTo(result);
        }

        if (metadata.Exif is not null)
        {
            new PngChunk("eXIf", metadata.Exif).WriteTo(result);
        }

        if (metadata.Xmp is not null)
        {
            // Keyword, not compressed, no language, no translated keyword.
            new PngChunk("iTXt", [.. Encoding.ASCII.GetBytes(XmpKeyword), 0, 0, 0, 0, 0, .. metadata.Xmp]).WriteTo(result);
        }

        result.Write(file, afterHeader, file.Length - afterHeader);
        return result.ToArray();
    }

    private static byte[]? Xmp(byte[] text)
    {
        byte[] start = [.. Encoding.ASCII.GetBytes(XmpKeyword), 0, 0, 0, 0, 0];
        return text.AsSpan().StartsWith(start) ? text[start.Length..] : null;
    }

    private static byte[]? Inflate(byte[] named)
    {
        int nameEnd = Array.IndexOf(named, (byte)0);
        if (nameEnd < 0 || nameEnd + 2 > named.Length)
        {
            return null;
        }

        using var inflate = new ZLibStream(new MemoryStream(named, nameEnd + 2, named.Length - nameEnd - 2), CompressionMode.Decompress);
        var profile = new byte[MostBlockBytes];
        int length = inflate.ReadAtLeast(profile, profile.Length, throwOnEndOfStream: false);
        return length == profile.Length ? null : profile[..length];
    }

    private static byte[] Deflate(byte[] profile)
    {
        using var stream = new MemoryStream();
        stream.Write("ICC Profile\0\0"u8);
        using (var deflate = new ZLibStream(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(profile);
        }

        return stream.ToArray();
    }
}
