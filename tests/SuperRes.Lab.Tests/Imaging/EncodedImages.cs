using System.Buffers.Binary;
using System.IO.Compression;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Imaging;

/// <summary>Image files put together byte by byte: kinds that our own encoders don't write.</summary>
internal static class EncodedImages
{
    /// <summary>A picture whose every pixel differs from its neighbours, so that a turned or shifted one is noticed.</summary>
    public static RgbImage Sample(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(((i / 3 % width) * 7) + ((i / 3 / width) * 13) + ((i % 3) * 50));
        }

        return image;
    }

    /// <summary>A PNG of any bit depth and colour type from rows without filter bytes.</summary>
    public static byte[] Png(
        int width, int height, int bits, int colorType, byte[][] rows, (string Type, byte[] Data)[]? extra = null, bool interlaced = false)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bits, (byte)colorType, (byte)(interlaced ? 1 : 0));
        Chunk(file, "IHDR", header);
        foreach ((string type, byte[] data) in extra ?? [])
        {
            Chunk(file, type, data);
        }

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (byte[] row in rows)
            {
                zlib.WriteByte(0);
                zlib.Write(row);
            }
        }

        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>Adam7's passes of a picture with pixels of whole bytes.</summary>
    public static byte[][] Adam7(byte[] pixels, int width, int height, int bytesPerPixel)
    {
        int[] x0 = [0, 4, 0, 2, 0, 1, 0], y0 = [0, 0, 4, 0, 2, 0, 1], dx = [8, 8, 4, 4, 2, 2, 1], dy = [8, 8, 8, 4, 4, 2, 2];
        var rows = new List<byte[]>();
        for (int pass = 0; pass < 7; pass++)
        {
            for (int y = y0[pass]; y < height && x0[pass] < width; y += dy[pass])
            {
                var row = new List<byte>();
                for (int x = x0[pass]; x < width; x += dx[pass])
                {
                    row.AddRange(pixels.AsSpan(((y * width) + x) * bytesPerPixel, bytesPerPixel).ToArray());
                }

                rows.Add([.. row]);
            }
        }

        return [.. rows];
    }

    /// <summary>Rows of a picture with pixels of whole bytes.</summary>
    public static byte[][] Rows(byte[] pixels, int height) => [.. pixels.Chunk(pixels.Length / height)];

    /// <summary>A minimal EXIF block (big-endian TIFF) that holds an orientation.</summary>
    public static byte[] ExifOrientation(int orientation) =>
        [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    /// <summary>Puts an EXIF segment behind a JPEG's start marker.</summary>
    public static byte[] JpegWithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. ExifOrientation(orientation)];
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)((exif.Length + 2) >> 8), (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }

    /// <summary>A simple WebP (VP8) in the extended container, with an EXIF chunk.</summary>
    public static byte[] WebpWithOrientation(byte[] webp, int width, int height, int orientation)
    {
        byte[] exif = ExifOrientation(orientation);
        byte[] extended = [0x08, 0, 0, 0, (byte)(width - 1), 0, 0, (byte)(height - 1), 0, 0];
        byte[] body = [.. "WEBP"u8, .. RiffChunk("VP8X", extended), .. webp[12..], .. RiffChunk("EXIF", exif)];
        return RiffChunk("RIFF", body);
    }

    /// <summary>A file with an EXIF block put in that holds an orientation, of any kind that our encoders write.</summary>
    public static byte[] Turned(byte[] file, int orientation)
    {
        if (file[0] == 0xFF)
        {
            return JpegWithOrientation(file, orientation);
        }

        if (file[0] == 0x89)
        {
            return [.. file[..33], .. PngChunks.Chunk("eXIf"u8, ExifOrientation(orientation)), .. file[33..]];
        }

        byte[] body = [.. file[8..], .. RiffChunk("EXIF", ExifOrientation(orientation))];
        Assert.True(body.AsSpan(4).StartsWith("VP8X"u8), "A WebP in the extended container was expected.");
        body[12] |= 0x08;
        return RiffChunk("RIFF", body);
    }

    /// <summary>The orientation that an EXIF block names; 0 where it names none.</summary>
    public static int Orientation(byte[] exif)
    {
        bool big = exif[0] == (byte)'M';
        int Short(int at) => big ? (exif[at] << 8) | exif[at + 1] : exif[at] | (exif[at + 1] << 8);
        int first = big ? Short(6) : Short(4);
        return Enumerable.Range(0, Short(first)).Select(i => first + 2 + (i * 12)).Where(at => Short(at) == 0x0112)
            .Select(at => Short(at + 8)).FirstOrDefault();
    }

    /// <summary>A colour profile: that of sRGB, under another name of its colour space or longer than it need be.</summary>
    public static byte[] Profile(string space = "RGB ", int length = 480)
    {
        byte[] profile = [.. NetVips.Image.ProfileLoad("srgb"), .. new byte[Math.Max(0, length - 480)]];
        BinaryPrimitives.WriteInt32BigEndian(profile, profile.Length);
        System.Text.Encoding.ASCII.GetBytes(space).CopyTo(profile, 16);
        return profile;
    }

    /// <summary>What libvips finds in a file under a name.</summary>
    public static object Field(string path, string field)
    {
        using var image = NetVips.Image.NewFromFile(path);
        return image.Get(field);
    }

    /// <summary>An uncompressed BMP of 24 bits, rows from below.</summary>
    public static byte[] Bmp(RgbImage image)
    {
        int stride = ((image.Width * 3) + 3) / 4 * 4;
        var file = new byte[54 + (stride * image.Height)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        file[10] = 54;
        file[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), image.Height);
        (file[26], file[28]) = (1, 24);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width * 3; x++)
            {
                file[54 + ((image.Height - 1 - y) * stride) + x] = image.Pixels[(y * image.Width * 3) + (x / 3 * 3) + 2 - (x % 3)];
            }
        }

        return file;
    }

    /// <summary>A GIF of one or two frames in one colour each, red and then blue (LZW with a clear code before every pixel).</summary>
    public static byte[] Gif(int width, int height, int frames)
    {
        byte[] screen = [.. "GIF89a"u8, (byte)width, 0, (byte)height, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255];
        byte[] Frame(int color)
        {
            // Minimum code size 2: clear = 4, end = 5, three bits a code as long as every pixel follows a clear code.
            var bits = new List<int>();
            void Code(int code) => bits.AddRange([code & 1, (code >> 1) & 1, (code >> 2) & 1]);
            for (int i = 0; i < width * height; i++)
            {
                Code(4);
                Code(color);
            }

            Code(5);
            byte[] packed = [.. bits.Chunk(8).Select(chunk => (byte)chunk.Select((bit, i) => bit << i).Sum())];
            byte[] blocks = [.. packed.Chunk(255).SelectMany(block => (byte[])[(byte)block.Length, .. block])];
            return [0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, (byte)width, 0, (byte)height, 0, 0, 2, .. blocks, 0];
        }

        return [.. screen, .. Enumerable.Range(0, frames).SelectMany(Frame), 0x3B];
    }

    /// <summary>A baseline JPEG of one 8×8 block in four Adobe (inverted) CMYK components, each of one value.</summary>
    public static byte[] CmykJpeg(byte c, byte m, byte y, byte k)
    {
        byte[] adobe = [0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0];
        byte[] quantisation = [0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64)];
        byte[] frame = [0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0];

        // DC: the twelve categories 0–11 as four-bit codes; AC: the end of block alone, as one bit.
        byte[] dc =
            [0xFF, 0xC4, 0, 31, 0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Range(0, 12).Select(i => (byte)i)];
        byte[] ac = [0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] scan = [0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0];
        var bits = new List<int>();
        foreach (byte ink in (byte[])[c, m, y, k])
        {
            int value = ((255 - ink) - 128) * 8;
            int size = value == 0 ? 0 : (int)Math.Log2(Math.Abs(value)) + 1;
            int code = value < 0 ? value + (1 << size) - 1 : value;
            bits.AddRange(Enumerable.Range(0, 4).Select(i => (size >> (3 - i)) & 1));
            bits.AddRange(Enumerable.Range(0, size).Select(i => (code >> (size - 1 - i)) & 1));
            bits.Add(0);
        }

        while (bits.Count % 8 != 0)
        {
            bits.Add(1);
        }

        byte[] packed = [.. bits.Chunk(8).Select(chunk => (byte)chunk.Aggregate(0, (sum, bit) => (sum << 1) | bit))];
        byte[] stuffed = [.. packed.SelectMany(b => b == 0xFF ? new byte[] { 0xFF, 0 } : [b])];
        return [0xFF, 0xD8, .. adobe, .. quantisation, .. frame, .. dc, .. ac, .. scan, .. stuffed, 0xFF, 0xD9];
    }

    private static byte[] RiffChunk(string type, byte[] data)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        return [.. System.Text.Encoding.ASCII.GetBytes(type), .. length, .. data, .. new byte[data.Length & 1]];
    }

    private static void Chunk(MemoryStream file, string type, byte[] data)
    {
        byte[] content = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(content);
        uint crc = 0xFFFFFFFF;
        foreach (byte b in content)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(number, ~crc);
        file.Write(number);
    }
}
