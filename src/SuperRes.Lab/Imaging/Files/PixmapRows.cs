using System.Globalization;
using NetVips;

namespace SuperRes.Lab.Imaging;

/// <summary>Portable pixmaps and greymaps (P6, P5) with 8 or 16 bits, which the packaged libvips leaves out.</summary>
internal static class PixmapRows
{
    private const int LongestHeader = 1 << 12;

    /// <summary>The picture, whose rows are read as they are asked for.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="hold">Takes what must live as long as the picture.</param>
    /// <exception cref="InputException">The header is damaged.</exception>
    public static Image Open(Stream stream, string name, Func<IDisposable, IDisposable> hold)
    {
        stream.Position = 0;
        int channels = stream.ReadByte() == 'P' && stream.ReadByte() == '6' ? 3 : 1;
        (int width, int height, int most) = (Number(stream), Number(stream), Number(stream));
        if (width < 1 || height < 1 || most is < 1 or > ushort.MaxValue)
        {
            throw new InputException($"{name} starts as a PPM image, but its header is cut short or damaged; get the complete file.");
        }

        int bits = most <= byte.MaxValue ? 8 : 16;
        var source = new RawTiffSource(stream, width, height, channels, bits, bigEndian: true);
        hold(source);
        Image image = source.Open();
        if (most is byte.MaxValue or ushort.MaxValue)
        {
            return image;
        }

        hold(image);
        using Image scaled = image.Linear([(bits == 8 ? byte.MaxValue : ushort.MaxValue) / (double)most], [0]), whole = scaled.Rint();
        return whole.Cast(image.Format);
    }

    /// <summary>The header of a picture that is written.</summary>
    public static byte[] Header(int width, int height, int channels, int bits) => System.Text.Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"P{(channels == 1 ? 5 : 6)}\n{width} {height}\n{(1 << bits) - 1}\n"));

    /// <summary>The next number and the one blank behind it; comments are skipped; −1 where there is none.</summary>
    private static int Number(Stream stream)
    {
        long value = -1;
        for (int count = 0; count < LongestHeader; count++)
        {
            int c = stream.ReadByte();
            if (c is >= '0' and <= '9')
            {
                value = (Math.Max(0, value) * 10) + (c - '0');
                if (value > int.MaxValue)
                {
                    return -1;
                }
            }
            else if (c is ' ' or '\t' or '\r' or '\n' or '#')
            {
                while (c == '#' && stream.ReadByte() is not ('\n' or '\r' or -1))
                {
                }

                if (value >= 0)
                {
                    return (int)value;
                }
            }
            else
            {
                return -1;
            }
        }

        return -1;
    }
}
