using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Course;

/// <summary>Finds and frames the part of a picture that a sheet shows enlarged.</summary>
internal static class SheetDetail
{
    /// <summary>The square in which a plain enlargement differs most from the true picture; its corner lies on a low-resolution
    /// pixel.</summary>
    public static (int X, int Y, int Width, int Height) Find(RgbImage target, RgbImage plain, int side, int scale)
    {
        side = side / scale * scale;
        int step = Math.Max(scale, side / 4 / scale * scale);
        (int X, int Y) best = (0, 0);
        long most = -1;
        for (int y = 0; y + side <= target.Height; y += step)
        {
            for (int x = 0; x + side <= target.Width; x += step)
            {
                long difference = Difference(target, plain, x, y, side);
                if (difference > most)
                {
                    (best, most) = ((x, y), difference);
                }
            }
        }

        return (best.X, best.Y, side, side);
    }

    /// <summary>Draws a frame two pixels wide, as far as it lies inside.</summary>
    public static void Frame(RgbImage image, int x, int y, int width, int height, (byte R, byte G, byte B) color)
    {
        for (int v = Math.Max(0, y); v < Math.Min(image.Height, y + height); v++)
        {
            for (int u = Math.Max(0, x); u < Math.Min(image.Width, x + width); u++)
            {
                if (u < x + 2 || v < y + 2 || u >= x + width - 2 || v >= y + height - 2)
                {
                    int at = ((v * image.Width) + u) * 3;
                    (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]) = color;
                }
            }
        }
    }

    private static long Difference(RgbImage a, RgbImage b, int x, int y, int side)
    {
        long sum = 0;
        for (int v = y; v < y + side; v++)
        {
            int start = ((v * a.Width) + x) * 3;
            ReadOnlySpan<byte> first = a.Pixels.AsSpan(start, side * 3), second = b.Pixels.AsSpan(start, side * 3);
            for (int i = 0; i < first.Length; i++)
            {
                int difference = first[i] - second[i];
                sum += difference * difference;
            }
        }

        return sum;
    }
}
