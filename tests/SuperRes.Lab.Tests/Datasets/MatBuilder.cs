using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SuperRes.Lab.Tests.Datasets;

/// <summary>Writes MATLAB files of level 5, as MATLAB itself stores whole numbers: doubles whose data are kept in a smaller type.</summary>
internal static class MatBuilder
{
    private const int Uint8 = 2, Uint16 = 4, Double = 9;

    public static byte[] Write(bool compressed, params (string Name, double[] Values)[] variables)
    {
        using var file = new MemoryStream();
        file.Write(Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file, made by a test".PadRight(116)));
        file.Write(new byte[8]);
        file.Write([0x00, 0x01, (byte)'I', (byte)'M']);
        foreach ((string name, double[] values) in variables)
        {
            byte[] matrix = Element(14, Matrix(name, values));
            if (!compressed)
            {
                file.Write(matrix);
                continue;
            }

            using var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            {
                zlib.Write(matrix);
            }

            byte[] tag = new byte[8];
            BinaryPrimitives.WriteInt32LittleEndian(tag, 15);
            BinaryPrimitives.WriteInt32LittleEndian(tag.AsSpan(4), (int)packed.Length);
            file.Write(tag);
            file.Write(packed.ToArray());
        }

        return file.ToArray();
    }

    private static byte[] Matrix(string name, double[] values)
    {
        using var matrix = new MemoryStream();
        matrix.Write(Element(6, [6, 0, 0, 0, 0, 0, 0, 0]));
        byte[] dimensions = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(dimensions, 1);
        BinaryPrimitives.WriteInt32LittleEndian(dimensions.AsSpan(4), values.Length);
        matrix.Write(Element(5, dimensions));
        matrix.Write(Element(1, Encoding.ASCII.GetBytes(name)));
        bool whole = values.All(value => value == Math.Floor(value) && value is >= 0 and <= ushort.MaxValue);
        int type = !whole ? Double : values.All(value => value <= byte.MaxValue) ? Uint8 : Uint16;
        using var data = new MemoryStream();
        foreach (double value in values)
        {
            data.Write(
                type switch { Uint8 => [(byte)value], Uint16 => BitConverter.GetBytes((ushort)value), _ => BitConverter.GetBytes(value) });
        }

        matrix.Write(Element(type, data.ToArray()));
        return matrix.ToArray();
    }

    /// <summary>Up to four bytes go into the tag itself, as the format wants it.</summary>
    private static byte[] Element(int type, byte[] data)
    {
        if (data.Length is > 0 and <= 4)
        {
            byte[] small = new byte[8];
            BinaryPrimitives.WriteInt16LittleEndian(small, (short)type);
            BinaryPrimitives.WriteInt16LittleEndian(small.AsSpan(2), (short)data.Length);
            data.CopyTo(small, 4);
            return small;
        }

        byte[] element = new byte[8 + ((data.Length + 7) & ~7)];
        BinaryPrimitives.WriteInt32LittleEndian(element, type);
        BinaryPrimitives.WriteInt32LittleEndian(element.AsSpan(4), data.Length);
        data.CopyTo(element, 8);
        return element;
    }
}
