using System.Buffers.Binary;
using System.Text;

namespace SuperRes.Lab.Weights;

/// <summary>Reads a pickle's bytes; every length is held against what is left before memory is set aside for it.</summary>
internal sealed class PickleSource(Stream stream, long length, AllocationBudget budget)
{
    private const int MaxLine = 1024;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public AllocationBudget Budget { get; } = budget;

    /// <summary>How many bytes are left.</summary>
    public long Remaining { get; private set; } = length;

    /// <summary>Counts bytes that somebody else reads from the stream.</summary>
    public void Skip(long count)
    {
        if (count < 0 || count > Remaining)
        {
            throw new CheckpointFault("it is cut short; fetch or copy it again");
        }

        Remaining -= count;
    }

    public byte ReadByte()
    {
        Take(1);
        int value = stream.ReadByte();
        return value >= 0 ? (byte)value : throw CutShort();
    }

    public ushort ReadUInt16()
    {
        Span<byte> bytes = stackalloc byte[2];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public int ReadInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public long ReadInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public double ReadDoubleBigEndian()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadDoubleBigEndian(bytes);
    }

    public byte[] ReadBytes(long count)
    {
        if (count < 0 || count > Remaining)
        {
            throw CutShort();
        }

        Budget.Charge(count + 24);
        byte[] bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    public string ReadText(long count)
    {
        byte[] bytes = ReadBytes(count);
        Budget.Charge((2L * bytes.Length) + 56);
        return Decode(bytes);
    }

    /// <summary>A line of text without its end, as names are stored.</summary>
    public string ReadLine()
    {
        Span<byte> line = stackalloc byte[MaxLine];
        for (int i = 0; i < MaxLine; i++)
        {
            byte next = ReadByte();
            if (next == (byte)'\n')
            {
                Budget.Charge((2L * i) + 56);
                return Decode(line[..i]);
            }

            line[i] = next;
        }

        throw new CheckpointFault($"a name in its pickle is longer than {MaxLine} bytes");
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new CheckpointFault("a text in its pickle is not valid UTF-8");
        }
    }

    private void Fill(Span<byte> bytes)
    {
        Take(bytes.Length);
        stream.ReadExactly(bytes);
    }

    private void Take(int count)
    {
        if (count > Remaining)
        {
            throw CutShort();
        }

        Remaining -= count;
    }

    private static CheckpointFault CutShort() =>
        new("its pickle is cut short, so the file is incomplete or damaged; fetch or copy it again");
}
