using System.Buffers;
using SkiaSharp;

namespace SuperRes.Lab.Imaging;

/// <summary>Skia's encoders with fixed settings, so that equal pictures give equal files.</summary>
internal static unsafe class ImageEncoder
{
    // PNG's maximum of 9 costs four times the time of 6 for one percent.
    private const int PngCompression = 6;

    public static byte[] Png(RgbImage image, ReadOnlySpan<byte> alpha) =>
        Encode(image, alpha, (pixels, target) => pixels.Encode(target, new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, PngCompression)));

    public static byte[] Jpeg(RgbImage image, int quality)
    {
        CheckQuality(quality);
        var options = new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore);
        return Encode(image, [], (pixels, target) => pixels.Encode(target, options));
    }

    public static byte[] Webp(RgbImage image, ReadOnlySpan<byte> alpha, int quality)
    {
        CheckQuality(quality);
        return Encode(image, alpha, (pixels, target) => pixels.Encode(target, new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality)));
    }

    private static void CheckQuality(int quality)
    {
        if (quality is < 1 or > 100)
        {
            throw new ArgumentOutOfRangeException(nameof(quality), quality, "A quality is 1 to 100.");
        }
    }

    private static byte[] Encode(RgbImage image, ReadOnlySpan<byte> alpha, Func<SKPixmap, SKWStream, bool> encode)
    {
        if (!alpha.IsEmpty && alpha.Length != image.Width * image.Height)
        {
            throw new ArgumentException($"The alpha plane of a {image.Width}×{image.Height} picture has as many bytes as pixels; {alpha.Length} were given.");
        }

        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, alpha.IsEmpty ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        byte[] rgba = ArrayPool<byte>.Shared.Rent(checked(image.Width * image.Height * 4));
        try
        {
            PixelOrder.RgbToRgba(image.Pixels, alpha, rgba.AsSpan(0, image.Width * image.Height * 4));
            fixed (byte* memory = rgba)
            {
                using var pixels = new SKPixmap(info, (IntPtr)memory);
                using var target = new SKDynamicMemoryWStream();
                if (!encode(pixels, target))
                {
                    throw new InputException($"A {image.Width}×{image.Height} picture can't be encoded in this format; WebP ends at 16,383 and JPEG at 65,500 pixels a side: use PNG.");
                }

                using SKData data = target.DetachAsData();
                return data.ToArray();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }
}
