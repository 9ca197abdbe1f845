using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using SkiaSharp;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>
/// Writes drawings as PNG with a palette of 256 colours: a third of the size of true colour, which counts where notebooks are kept in
/// git. A drawing has few colours beside the shades of its smoothed edges, and those are rounded where there are too many.
/// </summary>
internal static class IndexedPng
{
    /// <summary>Encodes a photo, with the error spread over neighbours.</summary>
    /// <param name="photo">The picture.</param>
    /// <returns>A PNG file's bytes.</returns>
    public static byte[] Encode(RgbImage photo)
    {
        (uint[] palette, byte[] indices) = ColorQuantizer.Reduce(photo.Pixels, photo.Width);
        return Write(photo.Width, photo.Height, palette, indices);
    }

    /// <summary>Encodes a drawing.</summary>
    /// <param name="bitmap">An opaque RGBA bitmap.</param>
    /// <returns>A PNG file's bytes.</returns>
    public static byte[] Encode(SKBitmap bitmap)
    {
        uint[] pixels = Read(bitmap);
        (uint[] palette, byte[] indices) = Index(pixels);
        return Write(bitmap.Width, bitmap.Height, palette, indices);
    }

    private static byte[] Write(int width, int height, uint[] palette, byte[] indices)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 3);
        MetadataWriter.PngChunk(file, "IHDR"u8, header);
        MetadataWriter.PngChunk(file, "PLTE"u8, palette.SelectMany(c => (byte[])[(byte)(c >> 16), (byte)(c >> 8), (byte)c]).ToArray());
        MetadataWriter.PngChunk(file, "IDAT"u8, Compress(indices, width));
        MetadataWriter.PngChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static uint[] Read(SKBitmap bitmap)
    {
        ReadOnlySpan<byte> bytes = bitmap.GetPixelSpan();
        uint[] pixels = new uint[bitmap.Width * bitmap.Height];
        for (int y = 0; y < bitmap.Height; y++)
        {
            ReadOnlySpan<byte> row = bytes.Slice(y * bitmap.RowBytes, bitmap.Width * 4);
            for (int x = 0; x < bitmap.Width; x++)
            {
                pixels[(y * bitmap.Width) + x] = ((uint)row[x * 4] << 16) | ((uint)row[(x * 4) + 1] << 8) | row[(x * 4) + 2];
            }
        }

        return pixels;
    }

    /// <summary>
    /// Keeps the most frequent colours and, of the rest, one from each region of the colour cube; gives each other colour its nearest.
    /// </summary>
    private static (uint[] Palette, byte[] Indices) Index(uint[] pixels)
    {
        var counts = new Dictionary<uint, int>();
        foreach (uint pixel in pixels)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, pixel, out _)++;
        }

        KeyValuePair<uint, int>[] ranked = [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key)];
        IEnumerable<KeyValuePair<uint, int>> regions = ranked.Skip(192).GroupBy(c => c.Key & 0xE0E0E0).OrderByDescending(
            g => g.Sum(c => c.Value)).Select(g => g.First());
        uint[] palette = [.. (ranked.Length <= 256 ? ranked : ranked.Take(192).Concat(regions).Take(256)).Select(c => c.Key).Order()];
        var indexOf = new Dictionary<uint, byte>();
        for (int i = 0; i < palette.Length; i++)
        {
            indexOf[palette[i]] = (byte)i;
        }

        byte[] indices = new byte[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            if (!indexOf.TryGetValue(pixels[i], out byte index))
            {
                indexOf[pixels[i]] = index = Nearest(palette, pixels[i]);
            }

            indices[i] = index;
        }

        return (palette, indices);
    }

    private static byte Nearest(uint[] palette, uint color)
    {
        (int best, int least) = (0, int.MaxValue);
        for (int i = 0; i < palette.Length; i++)
        {
            int red = (int)(palette[i] >> 16) - (int)(color >> 16);
            int green = (int)((palette[i] >> 8) & 255) - (int)((color >> 8) & 255);
            int blue = (int)(palette[i] & 255) - (int)(color & 255);
            int distance = (red * red) + (green * green) + (blue * blue);
            if (distance < least)
            {
                (best, least) = (i, distance);
            }
        }

        return (byte)best;
    }

    private static byte[] Compress(byte[] indices, int width)
    {
        using var memory = new MemoryStream();
        using (var zlib = new ZLibStream(memory, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int start = 0; start < indices.Length; start += width)
            {
                // Each row begins with its filter: none.
                zlib.WriteByte(0);
                zlib.Write(indices, start, width);
            }
        }

        return memory.ToArray();
    }
}
