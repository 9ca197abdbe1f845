using System.Runtime.InteropServices;
using SkiaSharp;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>Encodes pictures for display.</summary>
internal static class ImageBytes
{
    /// <summary>Encodes a picture without loss.</summary>
    /// <param name="image">The picture.</param>
    /// <returns>A PNG file's bytes.</returns>
    public static byte[] Png(RgbImage image) => ImageCodec.EncodePng(image);

    /// <summary>A data URI of a picture, lossless where it fits a budget and else with the smallest loss that does.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="budget">How many encoded bytes are welcome.</param>
    /// <returns>data:image/…;base64,…</returns>
    public static string DataUri(RgbImage image, int budget)
    {
        byte[] png = Png(image);
        if (png.Length <= budget)
        {
            return "data:image/png;base64," + Convert.ToBase64String(png);
        }

        using SKBitmap bitmap = ToBitmap(image);
        using SKPixmap pixels = bitmap.PeekPixels();
        byte[] smallest = png;
        foreach (int quality in (int[])[95, 90, 82, 75])
        {
            using SKData? data =
                pixels.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore));
            smallest = data?.ToArray() ?? smallest;
            if (smallest.Length <= budget)
            {
                break;
            }
        }

        return smallest.Length < png.Length
            ? "data:image/jpeg;base64," + Convert.ToBase64String(smallest)
            : "data:image/png;base64," + Convert.ToBase64String(png);
    }

    /// <summary>Copies a picture into Skia's memory.</summary>
    /// <param name="image">The picture.</param>
    /// <returns>An opaque RGBA bitmap, the caller's to dispose.</returns>
    public static SKBitmap ToBitmap(RgbImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        byte[] row = new byte[image.Width * 4];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> source = image.Pixels.AsSpan(y * image.Width * 3, image.Width * 3);
            for (int x = 0; x < image.Width; x++)
            {
                row[x * 4] = source[x * 3];
                row[(x * 4) + 1] = source[(x * 3) + 1];
                row[(x * 4) + 2] = source[(x * 3) + 2];
                row[(x * 4) + 3] = 255;
            }

            Marshal.Copy(row, 0, bitmap.GetPixels() + (y * bitmap.RowBytes), row.Length);
        }

        return bitmap;
    }

    /// <summary>Copies a drawing back.</summary>
    /// <param name="bitmap">An RGBA bitmap.</param>
    /// <returns>The picture.</returns>
    public static RgbImage FromBitmap(SKBitmap bitmap)
    {
        var image = new RgbImage(bitmap.Width, bitmap.Height);
        byte[] row = new byte[bitmap.Width * 4];
        for (int y = 0; y < image.Height; y++)
        {
            Marshal.Copy(bitmap.GetPixels() + (y * bitmap.RowBytes), row, 0, row.Length);
            for (int x = 0; x < image.Width; x++)
            {
                row.AsSpan(x * 4, 3).CopyTo(image.Pixels.AsSpan(((y * image.Width) + x) * 3));
            }
        }

        return image;
    }

    /// <summary>Enlarges by repeating pixels.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="scale">How many times each pixel is repeated each way.</param>
    /// <returns>The larger picture, or the same one at scale 1.</returns>
    public static RgbImage Repeat(RgbImage image, int scale)
    {
        if (scale == 1)
        {
            return image;
        }

        var larger = new RgbImage(image.Width * scale, image.Height * scale);
        for (int y = 0; y < larger.Height; y++)
        {
            ReadOnlySpan<byte> source = image.Pixels.AsSpan(y / scale * image.Width * 3, image.Width * 3);
            Span<byte> target = larger.Pixels.AsSpan(y * larger.Width * 3, larger.Width * 3);
            for (int x = 0; x < larger.Width; x++)
            {
                source.Slice(x / scale * 3, 3).CopyTo(target[(x * 3)..]);
            }
        }

        return larger;
    }
}
