using System.Buffers.Binary;
using System.IO.Hashing;

namespace SuperRes.Lab.Imaging;

/// <summary>What stands before the pixels of a PNG and libvips passes over: which colours its values mean, and that it moves.</summary>
/// <param name="Colours">The chunks gAMA, cHRM and sRGB, whole: length, type, data, checksum.</param>
/// <param name="Frames">Pictures of an animated PNG; 1 in all others.</param>
internal sealed record PngChunks(byte[] Colours, int Frames)
{
    /// <summary>Where the chunks begin that follow the header.</summary>
    public const int HeaderEnd = 33;

    private const int LargestColours = 32, Frame = 12;

    /// <summary>Looks through a file up to its pixels; what is broken counts as absent.</summary>
    public static PngChunks Read(Stream png)
    {
        using var colours = new MemoryStream();
        int frames = 1;
        Span<byte> head = stackalloc byte[8];
        for (long at = HeaderEnd; at + Frame <= png.Length;)
        {
            png.Position = at;
            png.ReadExactly(head);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
            bool ends = head[4..].SequenceEqual("IDAT"u8) || at + Frame + length > png.Length;
            bool moves = head[4..].SequenceEqual("acTL"u8) && length == 8;
            if (ends)
            {
                break;
            }

            if (moves)
            {
                png.ReadExactly(head);
                frames = Math.Clamp(BinaryPrimitives.ReadInt32BigEndian(head), 1, int.MaxValue);
            }
            else if (length <= LargestColours && Tells(head[4..]))
            {
                var chunk = new byte[Frame + length];
                png.Position = at;
                png.ReadExactly(chunk);
                if (BinaryPrimitives.ReadUInt32BigEndian(chunk.AsSpan(^4..)) == Crc32.HashToUInt32(chunk.AsSpan(4, (int)length + 4)))
                {
                    colours.Write(chunk);
                }
            }

            at += Frame + length;
        }

        return new(colours.ToArray(), frames);
    }

    /// <summary>A chunk: length, type, data, checksum.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[Frame + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4..), Crc32.HashToUInt32(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    private static bool Tells(ReadOnlySpan<byte> type)
        => type.SequenceEqual("gAMA"u8) || type.SequenceEqual("cHRM"u8) || type.SequenceEqual("sRGB"u8);
}
