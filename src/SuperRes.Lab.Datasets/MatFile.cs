using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SuperRes.Lab.Datasets;

/// <summary>
/// Reads the numeric arrays of a MATLAB file of level 5 (-v6 or -v7, compressed or not; "MAT-File Format", MathWorks), such as the split
/// and the labels of the Oxford flowers.
/// </summary>
internal static class MatFile
{
    private const int HeaderLength = 128, Compressed = 15, Matrix = 14;
    private const int LargestFile = 1 << 26, LargestContent = 1 << 27, MostValues = 10_000_000;

    /// <summary>Reads every numeric array, column by column; other kinds of variables are left out.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Values by the variable's name.</returns>
    /// <exception cref="InputException">The file is missing, is no such file, or is cut short or damaged.</exception>
    public static IReadOnlyDictionary<string, double[]> Read(string path)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LargestFile })
            {
                throw new InputException($"{path} has more than {LargestFile:N0} bytes; a small file of splits or labels was expected.");
            }

            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}; get the file from its publisher.", e);
        }

        try
        {
            return Parse(bytes);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException or OverflowException)
        {
            throw new InputException($"{path} is no whole MATLAB file of level 5 ({e.Message.Split('\n')[0].TrimEnd('.', '\r')}); get it "
                + $"from its publisher again.", e);
        }
    }

    private static Dictionary<string, double[]> Parse(byte[] bytes)
    {
        if (bytes.Length < HeaderLength || bytes[126] != (byte)'I' || bytes[127] != (byte)'M' || bytes[125] != 1)
        {
            throw new InvalidDataException("its header is cut short or another's");
        }

        var variables = new Dictionary<string, double[]>(StringComparer.Ordinal);
        ReadOnlySpan<byte> rest = bytes.AsSpan(HeaderLength);
        while (rest.Length > 0)
        {
            int type = Next(ref rest, padded: false, out ReadOnlySpan<byte> data);
            if (type == Compressed)
            {
                ReadOnlySpan<byte> unpacked = Inflate(data);
                type = Next(ref unpacked, padded: false, out data);
            }

            if (type == Matrix && ReadMatrix(data) is { } variable)
            {
                variables[variable.Name] = variable.Values;
            }
        }

        return variables;
    }

    /// <summary>Takes the next element off the front.</summary>
    /// <returns>Its type.</returns>
    private static int Next(scoped ref ReadOnlySpan<byte> from, bool padded, out ReadOnlySpan<byte> data)
    {
        if (from.Length < 8)
        {
            throw new InvalidDataException("it ends within an element");
        }

        uint tag = BinaryPrimitives.ReadUInt32LittleEndian(from);
        // Up to four bytes of data may stand in the tag itself; its upper half is then their number.
        bool small = tag >> 16 != 0;
        int type = (int)(small ? tag & 0xFFFF : tag), start = small ? 4 : 8;
        uint length = small ? tag >> 16 : BinaryPrimitives.ReadUInt32LittleEndian(from[4..]);
        if (length > from.Length - start || (small && length > 4))
        {
            throw new InvalidDataException($"an element of {length} bytes passes its end");
        }

        data = from.Slice(start, (int)length);
        int used = small ? 8 : padded ? (start + (int)length + 7) & ~7 : start + (int)length;
        from = from[Math.Min(used, from.Length)..];
        return type;
    }

    private static byte[] Inflate(ReadOnlySpan<byte> data)
    {
        using var zlib = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        byte[] buffer = new byte[1 << 14];
        for (int read; (read = zlib.Read(buffer)) > 0;)
        {
            if (unpacked.Length + read > LargestContent)
            {
                throw new InvalidDataException("a variable unpacks to more than is read here");
            }

            unpacked.Write(buffer, 0, read);
        }

        return unpacked.ToArray();
    }

    private static (string Name, double[] Values)? ReadMatrix(ReadOnlySpan<byte> data)
    {
        Next(ref data, padded: true, out ReadOnlySpan<byte> flags);
        Next(ref data, padded: true, out ReadOnlySpan<byte> dimensions);
        Next(ref data, padded: true, out ReadOnlySpan<byte> name);
        if (flags.Length < 8)
        {
            throw new InvalidDataException("a variable has no flags");
        }

        // Classes 6 to 15 are double, single and the integers; 0x08 marks a complex array.
        if (flags[0] is < 6 or > 15 || (flags[1] & 0x08) != 0)
        {
            return null;
        }

        long count = 1;
        for (int i = 0; i + 4 <= dimensions.Length; i += 4)
        {
            count = checked(count * BinaryPrimitives.ReadInt32LittleEndian(dimensions[i..]));
        }

        int type = Next(ref data, padded: true, out ReadOnlySpan<byte> real);
        int size = type switch { 1 or 2 => 1, 3 or 4 => 2, 5 or 6 or 7 => 4, 9 or 12 or 13 => 8,
            _ => throw new InvalidDataException($"values of the type {type} are unknown") };
        if (count is < 0 or > MostValues || real.Length != count * size)
        {
            throw new InvalidDataException($"a variable of {count} values has {real.Length} bytes");
        }

        double[] values = new double[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Number(type, real[(i * size)..]);
        }

        return (Encoding.ASCII.GetString(name), values);
    }

    private static double Number(int type, ReadOnlySpan<byte> at) => type switch
    {
        1 => (sbyte)at[0],
        2 => at[0],
        3 => BinaryPrimitives.ReadInt16LittleEndian(at),
        4 => BinaryPrimitives.ReadUInt16LittleEndian(at),
        5 => BinaryPrimitives.ReadInt32LittleEndian(at),
        6 => BinaryPrimitives.ReadUInt32LittleEndian(at),
        7 => BinaryPrimitives.ReadSingleLittleEndian(at),
        9 => BinaryPrimitives.ReadDoubleLittleEndian(at),
        12 => BinaryPrimitives.ReadInt64LittleEndian(at),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(at),
    };
}
