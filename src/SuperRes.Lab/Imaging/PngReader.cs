using System.Buffers.Binary;
using System.IO.Compression;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// Rows of PNG files with 8 or 16 bits per channel and no palette, one at a time: Skia cuts 16 bits to 8 and decodes a PNG as a whole.
/// </summary>
internal sealed class PngReader : IDisposable
{
    private const byte Grey = 0, Rgb = 2, GreyAlpha = 4, RgbAlpha = 6;
    private readonly ZLibStream _rows;
    private byte[] _row = [];
    private byte[] _above = [];

    private PngReader(Stream file, ReadOnlySpan<byte> header)
    {
        Width = BinaryPrimitives.ReadInt32BigEndian(header);
        Height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        BytesPerChannel = header[8] / 8;
        Channels = header[9] switch { Grey => 1, Rgb => 3, GreyAlpha => 2, _ => 4 };
        IsInterlaced = header[12] != 0;
        _rows = new ZLibStream(new PngDataStream(file), CompressionMode.Decompress);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</summary>
    public int Channels { get; }

    public int BytesPerChannel { get; }

    /// <summary>Whether the file holds seven smaller pictures (Adam7).</summary>
    public bool IsInterlaced { get; }

    /// <summary>The one colour that is transparent: 16-bit values of each channel; null where there is none.</summary>
    public ushort[]? TransparentColor { get; private init; }

    /// <summary>Reads what comes before the rows.</summary>
    /// <param name="file">The file, from its start; it stays open as long as the reader is used.</param>
    /// <returns>The reader; null for palettes, other depths, and what is no whole PNG header.</returns>
    public static PngReader? Open(Stream file)
    {
        Span<byte> start = stackalloc byte[33];
        if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start[12..].StartsWith("IHDR"u8)
            || start[24] is not (8 or 16) || start[25] is not (Grey or Rgb or GreyAlpha or RgbAlpha))
        {
            return null;
        }

        ushort[]? transparent = null;
        Span<byte> head = stackalloc byte[8];
        for (; ; file.Position += 4)
        {
            if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
            {
                return null;
            }

            uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (head[4..].SequenceEqual("IDAT"u8))
            {
                file.Position -= head.Length;
                return new(file, start[16..]) { TransparentColor = transparent };
            }

            if (head[4..].SequenceEqual("tRNS"u8) && length is 2 or 6)
            {
                var values = new byte[length];
                file.ReadExactly(values);
                transparent = [.. values.Chunk(2).Select(v => BinaryPrimitives.ReadUInt16BigEndian(v))];
                continue;
            }

            if (length > file.Length - file.Position)
            {
                return null;
            }

            file.Position += length;
        }
    }

    /// <summary>Begins the rows of the picture, or of one of its seven.</summary>
    /// <param name="width">Pixels of a row.</param>
    public void Begin(int width)
    {
        int bytes = checked(width * Channels * BytesPerChannel);
        (_row, _above) = (new byte[bytes], new byte[bytes]);
    }

    /// <summary>The next row's bytes as they are stored, valid until the next call.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="EndOfStreamException">The file is cut short.</exception>
    public ReadOnlySpan<byte> Next()
    {
        (_row, _above) = (_above, _row);
        int filter = _rows.ReadByte();
        _rows.ReadExactly(_row);
        Unfilter(filter, _row, _above, Channels * BytesPerChannel);
        return _row;
    }

    public void Dispose() => _rows.Dispose();

    internal static byte Paeth(int left, int above, int corner)
    {
        int guess = left + above - corner;
        int toLeft = Math.Abs(guess - left), toAbove = Math.Abs(guess - above), toCorner = Math.Abs(guess - corner);
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }

    private static void Unfilter(int filter, byte[] row, byte[] above, int step)
    {
        if (filter is < 0 or > 4)
        {
            throw filter < 0 ? new EndOfStreamException() : new InvalidDataException("An unknown PNG filter.");
        }

        for (int i = 0; filter > 0 && i < row.Length; i++)
        {
            int left = i >= step ? row[i - step] : 0, corner = i >= step ? above[i - step] : 0;
            row[i] += filter switch
            {
                1 => (byte)left,
                2 => above[i],
                3 => (byte)((left + above[i]) / 2),
                _ => Paeth(left, above[i], corner),
            };
        }
    }
}
