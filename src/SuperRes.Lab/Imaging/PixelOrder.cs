namespace SuperRes.Lab.Imaging;

/// <summary>Moves pixels between four bytes and three, and one.</summary>
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
}
