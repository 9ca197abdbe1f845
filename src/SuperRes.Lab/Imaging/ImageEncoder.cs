using System.Runtime.InteropServices;
using SkiaSharp;

namespace SuperRes.Lab.Imaging;

/// <summary>Skia's encoders with fixed settings, so that equal pictures give equal files.</summary>
internal static unsafe class ImageEncoder
{
    // PNG's maximum of 9 costs four times the time of 6 for one percent.
    private static readonly SKPngEncoderOptions _png = new(SKPngEncoderFilterFlags.AllFilters, 6);

    /// <summary>What of a picture an encoder is given.</summary>
    private enum Layout
    {
        Grey,
        Opaque,
        Transparent,
    }

    public static byte[] Png(RgbImage image, ReadOnlySpan<byte> alpha) =>
        Encode(image, alpha, alpha.IsEmpty ? Layout.Opaque : Layout.Transparent, (pixels, target) => pixels.Encode(target, _png));

    public static byte[] Jpeg(RgbImage image, int quality) => Jpeg(image, quality, Layout.Opaque);

    public static byte[] Webp(RgbImage image, ReadOnlySpan<byte> alpha, int quality)
    {
        CheckQuality(quality);
        var options = new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality);
        return Encode(image, alpha, alpha.IsEmpty ? Layout.Opaque : Layout.Transparent, (pixels, target) => pixels.Encode(target, options));
    }

    /// <summary>Encodes in a format with everything the image brings along that the format can hold.</summary>
    public static byte[] Everything(DecodedImage image, string format, int quality)
    {
        bool? profileIsGrey = image.Metadata.ProfileIsGrey;
        RgbImage colors = format == "JPEG" ? image.Flatten() : image.Image;
        bool grey = image.IsGrey && format != "WebP" && (image.Alpha is null || format == "JPEG")
            && (image.Metadata.IccProfile is null || profileIsGrey == true) && PixelOrder.IsGrey(colors.Pixels);

        // A profile of grey or CMYK pixels says nothing true about RGB ones.
        ImageMetadata metadata = image.Metadata with { IccProfile = profileIsGrey == grey ? image.Metadata.IccProfile : null };
        metadata = metadata.Sized(colors.Width, colors.Height);
        byte[] encoded = format switch
        {
            "PNG" when grey => Encode(colors, [], Layout.Grey, (pixels, target) => pixels.Encode(target, _png)),
            "PNG" => Png(colors, image.Alpha),
            "JPEG" => Jpeg(colors, quality, grey ? Layout.Grey : Layout.Opaque),
            _ => Webp(colors, image.Alpha, quality),
        };
        return metadata.IsEmpty ? encoded : format switch
        {
            "PNG" => MetadataWriter.Png(encoded, metadata),
            "JPEG" => MetadataWriter.Jpeg(encoded, metadata),
            _ => MetadataWriter.Webp(encoded, colors, image.Alpha is not null, metadata),
        };
    }

    private static byte[] Jpeg(RgbImage image, int quality, Layout layout)
    {
        CheckQuality(quality);
        var options = new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore);
        return Encode(image, [], layout, (pixels, target) => pixels.Encode(target, options));
    }

    private static void CheckQuality(int quality)
    {
        if (quality is < 1 or > 100)
        {
            throw new ArgumentOutOfRangeException(nameof(quality), quality, "A quality is 1 to 100.");
        }
    }

    private static byte[] Encode(RgbImage image, ReadOnlySpan<byte> alpha, Layout layout, Func<SKPixmap, SKWStream, bool> encode)
    {
        if (!alpha.IsEmpty && alpha.Length != image.Width * image.Height)
        {
            throw new ArgumentException($"The alpha plane of a {image.Width}×{image.Height} picture has as many bytes as pixels; "
                + $"{alpha.Length} were given.");
        }

        var info = new SKImageInfo(
            image.Width, image.Height, layout == Layout.Grey ? SKColorType.Gray8 : SKColorType.Rgba8888, layout == Layout.Transparent
                ? SKAlphaType.Unpremul : SKAlphaType.Opaque);
        void* memory = NativeMemory.Alloc((nuint)info.Height, (nuint)info.RowBytes);
        try
        {
            Fill(image, alpha, info, (byte*)memory);
            using var pixels = new SKPixmap(info, (IntPtr)memory);
            using var target = new SKDynamicMemoryWStream();
            if (!encode(pixels, target))
            {
                throw new InputException($"A {image.Width}×{image.Height} picture can't be encoded in this format: WebP ends at 16,383 "
                    + $"and JPEG at 65,500 pixels a side; use PNG.");
            }

            using SKData data = target.DetachAsData();
            return data.ToArray();
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    private static void Fill(RgbImage image, ReadOnlySpan<byte> alpha, SKImageInfo info, byte* memory)
    {
        for (int y = 0; y < info.Height; y++)
        {
            var row = new Span<byte>(memory + ((long)y * info.RowBytes), info.RowBytes);
            ReadOnlySpan<byte> rgb = image.Pixels.AsSpan(y * info.Width * 3, info.Width * 3);
            if (info.ColorType == SKColorType.Gray8)
            {
                PixelOrder.RgbToGrey(rgb, row);
            }
            else
            {
                PixelOrder.RgbToRgba(rgb, alpha.IsEmpty ? alpha : alpha.Slice(y * info.Width, info.Width), row);
            }
        }
    }
}
