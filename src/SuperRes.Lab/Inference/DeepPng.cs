using System.Buffers.Binary;
using System.IO.Compression;
using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>PNG files with 16 bits per channel, which the general decoder cuts to 8.</summary>
internal static class DeepPng
{
    private const byte Grey = 0, Rgb = 2, GreyAlpha = 4, RgbAlpha = 6;

    /// <summary>Reads a 16-bit PNG.</summary>
    /// <param name="file">The file.</param>
    /// <returns>
    /// 1×C×H×W float32 in 0–1, C being 1 to 4 (grey, grey + alpha, RGB, RGB + alpha); null for files with interlacing or a transparent
    /// colour, which are rare and go the 8-bit way, and for broken ones.
    /// </returns>
    public static Tensor? Read(byte[] file)
    {
        ReadOnlySpan<byte> header = file.AsSpan(16, 13);
        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        int channels = header[9] switch { Grey => 1, Rgb => 3, GreyAlpha => 2, RgbAlpha => 4, _ => 0 };
        using MemoryStream? packed = Pixels(file);
        if (header[8] != 16 || channels == 0 || header[12] != 0 || packed is null)
        {
            return null;
        }

        using var inflate = new ZLibStream(packed, CompressionMode.Decompress);
        try
        {
            return ReadRows(inflate, width, height, channels);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>Writes a 16-bit PNG.</summary>
    /// <param name="image">1×C×H×W float32 on the CPU in 0–1, C as in <see cref="Read"/>.</param>
    public static byte[] Write(Tensor image)
    {
        int channels = (int)image.shape[1], height = (int)image.shape[2], width = (int)image.shape[3];
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            WriteRows(deflate, image, width, height, channels);
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 16;
        header[9] = channels switch { 1 => Grey, 2 => GreyAlpha, 3 => Rgb, _ => RgbAlpha };
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>The packed rows, from all IDAT chunks; null where a colour is transparent.</summary>
    private static MemoryStream? Pixels(byte[] file)
    {
        var packed = new MemoryStream();
        for (int at = 8; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            ReadOnlySpan<byte> type = file.AsSpan(at + 4, 4);
            if (length > file.Length - at - 12)
            {
                break;
            }

            if (type.SequenceEqual("tRNS"u8))
            {
                return null;
            }

            if (type.SequenceEqual("IDAT"u8))
            {
                packed.Write(file, at + 8, (int)length);
            }

            at += 12 + (int)length;
        }

        packed.Position = 0;
        return packed;
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc.Finish(Crc.Add(Crc.Add(Crc.Start, type), data)));
        file.Write(number);
    }

    private static Tensor ReadRows(ZLibStream stream, int width, int height, int channels)
    {
        int step = channels * 2;
        byte[] row = new byte[width * step], above = new byte[width * step];
        Tensor image = empty(1, height, width, channels, dtype: float32);
        var values = new float[width * channels];
        for (int y = 0; y < height; y++)
        {
            int filter = stream.ReadByte();
            stream.ReadExactly(row);
            Unfilter(filter, row, above, step);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = BinaryPrimitives.ReadUInt16BigEndian(row.AsSpan(i * 2)) / 65535f;
            }

            using Tensor target = image[0, y], source = tensor(values, [width, channels]);
            target.copy_(source);
            (row, above) = (above, row);
        }

        using (image)
        {
            return image.permute(0, 3, 1, 2).contiguous();
        }
    }

    private static void Unfilter(int filter, byte[] row, byte[] above, int step)
    {
        if (filter is < 0 or > 4)
        {
            throw new InvalidDataException("An unknown PNG filter.");
        }

        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= step ? row[i - step] : 0, corner = i >= step ? above[i - step] : 0;
            row[i] += filter switch
            {
                1 => (byte)left,
                2 => above[i],
                3 => (byte)((left + above[i]) / 2),
                4 => Paeth(left, above[i], corner),
                _ => 0,
            };
        }
    }

    private static byte Paeth(int left, int above, int corner)
    {
        int guess = left + above - corner;
        int toLeft = Math.Abs(guess - left), toAbove = Math.Abs(guess - above), toCorner = Math.Abs(guess - corner);
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }

    private static void WriteRows(ZLibStream stream, Tensor image, int width, int height, int channels)
    {
        int step = channels * 2;
        byte[] row = new byte[width * step], above = new byte[width * step], filtered = new byte[(width * step) + 1];
        for (int y = 0; y < height; y++)
        {
            using var scope = NewDisposeScope();
            float[] values = image.narrow(2, y, 1).permute(0, 2, 3, 1).contiguous().data<float>().ToArray();
            for (int i = 0; i < values.Length; i++)
            {
                BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(i * 2), (ushort)MathF.Round(Math.Clamp(values[i], 0, 1) * 65535));
            }

            filtered[0] = 4;
            for (int i = 0; i < row.Length; i++)
            {
                int left = i >= step ? row[i - step] : 0, corner = i >= step ? above[i - step] : 0;
                filtered[i + 1] = (byte)(row[i] - Paeth(left, above[i], corner));
            }

            stream.Write(filtered);
            (row, above) = (above, row);
        }
    }
}
