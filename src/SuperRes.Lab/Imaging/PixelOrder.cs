using SkiaSharp;

namespace SuperRes.Lab.Imaging;

/// <summary>Moves pixels between Skia's four bytes and our three, and turns pictures upright.</summary>
internal static class PixelOrder
{
    /// <summary>Drops every fourth byte.</summary>
    public static void RgbaToRgb(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        for (int from = 0, to = 0; from + 3 < rgba.Length; from += 4, to += 3)
        {
            rgb[to] = rgba[from];
            rgb[to + 1] = rgba[from + 1];
            rgb[to + 2] = rgba[from + 2];
        }
    }

    /// <summary>Adds alpha, opaque where none is given.</summary>
    public static void RgbToRgba(ReadOnlySpan<byte> rgb, ReadOnlySpan<byte> alpha, Span<byte> rgba)
    {
        for (int i = 0; i < rgba.Length / 4; i++)
        {
            rgba[i * 4] = rgb[i * 3];
            rgba[(i * 4) + 1] = rgb[(i * 3) + 1];
            rgba[(i * 4) + 2] = rgb[(i * 3) + 2];
            rgba[(i * 4) + 3] = alpha.IsEmpty ? (byte)255 : alpha[i];
        }
    }

    /// <summary>Takes the first of three equal bytes.</summary>
    public static void RgbToGrey(ReadOnlySpan<byte> rgb, Span<byte> grey)
    {
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] = rgb[i * 3];
        }
    }

    /// <summary>Adds one row to the alpha plane, which is made at the first pixel that is not opaque.</summary>
    public static void CopyAlpha(ReadOnlySpan<byte> rgba, int y, int width, int height, ref byte[]? alpha)
    {
        for (int x = 0; x < width; x++)
        {
            byte value = rgba[(x * 4) + 3];
            if (alpha is null && value < 255)
            {
                alpha = new byte[width * height];
                alpha.AsSpan().Fill(255);
            }

            if (alpha is not null)
            {
                alpha[(y * width) + x] = value;
            }
        }
    }

    /// <summary>Whether all pixels have three equal values.</summary>
    public static bool IsGrey(ReadOnlySpan<byte> rgb)
    {
        for (int i = 0; i + 2 < rgb.Length; i += 3)
        {
            if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether an EXIF orientation exchanges width and height.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) => (int)origin is >= 5 and <= 8;

    /// <summary>Turns and mirrors stored pixels as their EXIF orientation asks, so that the result is upright.</summary>
    public static byte[] TurnUpright(byte[] pixels, int width, int height, int channels, SKEncodedOrigin origin)
    {
        if ((int)origin is < 2 or > 8)
        {
            return pixels;
        }

        // Where the upright picture's pixel (0, 0) is stored, and how far apart its neighbours to the right and below are.
        int last = (width * height) - 1;
        (int start, int right, int down) = (int)origin switch
        {
            2 => (width - 1, -1, width),
            3 => (last, -1, -width),
            4 => (last - width + 1, 1, -width),
            5 => (0, width, 1),
            6 => (last - width + 1, -width, 1),
            7 => (last, -width, -1),
            _ => (width - 1, width, -1),
        };
        (int outWidth, int outHeight) = SwapsSides(origin) ? (height, width) : (width, height);
        var upright = new byte[pixels.Length];
        int to = 0;
        for (int y = 0; y < outHeight; y++)
        {
            int from = start + (y * down);
            for (int x = 0; x < outWidth; x++, from += right)
            {
                for (int c = 0; c < channels; c++)
                {
                    upright[to++] = pixels[(from * channels) + c];
                }
            }
        }

        return upright;
    }
}
