namespace SuperRes.Lab.Imaging;

/// <summary>An 8-bit RGB picture in memory: the form in which images are decoded, cached, degraded and drawn.</summary>
public sealed class RgbImage
{
    /// <summary>Creates a picture over existing pixels.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">height × width × 3 bytes: rows from the top, R, G, B; kept, not copied.</param>
    /// <exception cref="ArgumentException">The sizes don't fit together.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != (long)width * height * 3)
        {
            throw new ArgumentException($"{width}×{height} RGB pixels are {(long)width * height * 3} bytes; {pixels.LongLength} were given.", nameof(pixels));
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Creates a black picture.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public RgbImage(int width, int height)
        : this(width, height, new byte[checked(width * height * 3)])
    {
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>height × width × 3 bytes: rows from the top, R, G, B.</summary>
    public byte[] Pixels { get; }

    /// <summary>A part of the picture.</summary>
    /// <param name="x">Left edge.</param>
    /// <param name="y">Upper edge.</param>
    /// <param name="width">Width of the part.</param>
    /// <param name="height">Height of the part.</param>
    /// <returns>A copy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches outside.</exception>
    public RgbImage Crop(int x, int y, int width, int height)
    {
        if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > Width || y + height > Height)
        {
            throw new ArgumentOutOfRangeException(nameof(x), $"The part {width}×{height} at ({x}, {y}) reaches outside the {Width}×{Height} picture.");
        }

        var part = new RgbImage(width, height);
        for (int row = 0; row < height; row++)
        {
            Pixels.AsSpan((((y + row) * Width) + x) * 3, width * 3).CopyTo(part.Pixels.AsSpan(row * width * 3));
        }

        return part;
    }
}
