using System.Buffers.Binary;

namespace SuperRes.Lab.Imaging;

/// <summary>The comments of a JPEG, which libvips passes over.</summary>
internal static class JpegComments
{
    /// <summary>Where segments can be put into a file: behind its first marker.</summary>
    public const int At = 2;

    private const byte Marker = 0xFF, Comment = 0xFE, StartOfScan = 0xDA;

    /// <summary>The segments as they stand before the pixels, marker and length included; what is broken counts as absent.</summary>
    public static byte[] Read(Stream jpeg)
    {
        using var found = new MemoryStream();
        Span<byte> head = stackalloc byte[4];
        for (long at = At; ; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(head[2..]))
        {
            jpeg.Position = at;
            if (jpeg.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || head[0] != Marker || head[1] == StartOfScan)
            {
                return found.ToArray();
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
            if (head[1] == Comment && length >= 2 && at + 2 + length <= jpeg.Length)
            {
                var segment = new byte[2 + length];
                jpeg.Position = at;
                jpeg.ReadExactly(segment);
                found.Write(segment);
            }
        }
    }
}
