using System.Buffers.Binary;
using System.Text;

namespace SuperRes.Lab.Inference;

/// <summary>A chunk of a PNG file.</summary>
/// <param name="Type">Four letters.</param>
/// <param name="Data">Its content.</param>
internal sealed record PngChunk(string Type, byte[] Data)
{
    private static readonly uint[] _crcTable = MakeCrcTable();

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Where each chunk starts, and the length of its data, up to the end or to where the file breaks off.</summary>
    public static IEnumerable<(int Start, int Length)> Positions(byte[] file)
    {
        int at = 8;
        while (at + 12 <= file.Length)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
            {
                yield break;
            }

            yield return (at, (int)length);
            at += 12 + (int)length;
        }
    }

    public static PngChunk At(ReadOnlySpan<byte> file, int start, int length)
        => new(Encoding.ASCII.GetString(file.Slice(start + 4, 4)), file.Slice(start + 8, length).ToArray());

    public void WriteTo(Stream stream)
    {
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(head, Data.Length);
        Encoding.ASCII.GetBytes(Type, head[4..]);
        stream.Write(head);
        stream.Write(Data);
        uint crc = Crc(Crc(uint.MaxValue, head[4..]), Data) ^ uint.MaxValue;
        BinaryPrimitives.WriteUInt32BigEndian(head, crc);
        stream.Write(head[..4]);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte b in data)
        {
            crc = _crcTable[(crc ^ b) & 0xFF] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }

            table[i] = crc;
        }

        return table;
    }
}
