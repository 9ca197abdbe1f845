using System.Buffers.Binary;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// What must stand before plain rows of pixels to make an uncompressed BigTIFF of them: the one way to hand rows to libvips, and to take
/// them as they come, without a picture in memory.
/// </summary>
internal static class RawTiff
{
    // Rows of a strip: what libvips asks for at once.
    private const int StripRows = 16;
    private const int EntryBytes = 20, DirectoryAt = 16;

    /// <summary>The header of a picture.</summary>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
    /// <param name="bits">8 or 16 per channel.</param>
    /// <param name="bigEndian">Whether 16-bit values come high byte first.</param>
    public static byte[] Header(int width, int height, int channels, int bits, bool bigEndian)
    {
        var file = new Writer(bigEndian);
        bool alpha = channels is 2 or 4;
        long row = (long)width * channels * bits / 8, strips = (height + StripRows - 1) / StripRows, entries = alpha ? 10 : 9;
        long offsets = DirectoryAt + 8 + (entries * EntryBytes) + 8, data = offsets + (strips > 1 ? 16 * strips : 0);
        file.Bytes(bigEndian ? "MM"u8 : "II"u8).Short(43).Short(8).Short(0).Long(DirectoryAt).Long(entries);
        file.Entry(256, 1, width).Entry(257, 1, height).Shorts(258, [.. Enumerable.Repeat(bits, channels)]).Shorts(259, [1]);
        file.Shorts(262, [channels < 3 ? 1 : 2]).Entry(273, strips, strips > 1 ? offsets : data).Shorts(277, [channels]);
        file.Entry(278, 1, StripRows).Entry(279, strips, strips > 1 ? offsets + (8 * strips) : row * height);
        _ = alpha ? file.Shorts(338, [2]) : file;
        file.Long(0);
        for (long i = 0; strips > 1 && i < strips; i++)
        {
            file.Long(data + (i * StripRows * row));
        }

        for (long i = 0; strips > 1 && i < strips; i++)
        {
            file.Long(Math.Min(StripRows, height - (i * StripRows)) * row);
        }

        return file.ToArray();
    }

    private sealed class Writer(bool bigEndian)
    {
        private readonly MemoryStream _file = new();

        public Writer Bytes(ReadOnlySpan<byte> bytes)
        {
            _file.Write(bytes);
            return this;
        }

        public Writer Short(int value)
            => Bytes(bigEndian ? [(byte)(value >> 8), (byte)value] : [(byte)value, (byte)(value >> 8)]);

        public Writer Long(long value)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, bigEndian ? BinaryPrimitives.ReverseEndianness(value) : value);
            return Bytes(bytes);
        }

        public Writer Entry(int tag, long count, long value) => Short(tag).Short(16).Long(count).Long(value);

        public Writer Shorts(int tag, int[] values)
        {
            Short(tag).Short(3).Long(values.Length);
            foreach (int value in values.Concat(new int[4 - values.Length]))
            {
                Short(value);
            }

            return this;
        }

        public byte[] ToArray() => _file.ToArray();
    }
}
