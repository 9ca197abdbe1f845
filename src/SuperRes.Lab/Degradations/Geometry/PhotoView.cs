using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Degradations;

/// <summary>Pixels of a photo wherever they lie: in an array or in a memory-mapped cache.</summary>
internal readonly ref struct PhotoView
{
    public PhotoView(ReadOnlySpan<byte> pixels, int width, int height)
    {
        if (width < 1 || height < 1 || pixels.Length != (long)width * height * 3)
        {
            throw new ArgumentException($"{width}×{height} RGB pixels are not {pixels.Length} bytes.", nameof(pixels));
        }

        Pixels = pixels;
        Width = width;
        Height = height;
    }

    /// <summary>height × width × 3 bytes.</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    public int Width { get; }

    public int Height { get; }

    public static implicit operator PhotoView(RgbImage image) => new(image.Pixels, image.Width, image.Height);
}
