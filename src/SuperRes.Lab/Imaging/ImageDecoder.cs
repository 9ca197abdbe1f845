using System.Runtime.InteropServices;
using SkiaSharp;

namespace SuperRes.Lab.Imaging;

/// <summary>Skia's decoders behind checks of size and completeness, with every failure as one sentence that names the image.</summary>
internal static unsafe class ImageDecoder
{
    private const string Formats = "PNG, JPEG, WebP, BMP and GIF images are read";

    public static ImageInfo Header(Stream stream, string name, ImageLimits limits)
    {
        CheckFileSize(stream.Length, name, limits);
        Span<byte> start = stackalloc byte[16];
        start = start[..stream.ReadAtLeast(start, 16, throwOnEndOfStream: false)];
        SKEncodedOrigin? fromExif = ImageSignature.Of(start) == "PNG" ? (SKEncodedOrigin)Exif.Orientation(MetadataReader.PngExif(stream))
            : null;
        stream.Position = 0;
        using SKCodec codec = SKCodec.Create(stream, out SKCodecResult result) ?? throw NoImage(start, name, result);
        return CheckHeader(codec, fromExif ?? codec.EncodedOrigin, name, limits);
    }

    public static RgbImage Decode(ReadOnlyMemory<byte> encoded, string name, ImageLimits limits)
    {
        (DecodedImage image, _) = DecodePixels(encoded, name, limits);
        return image.Flatten();
    }

    public static DecodedImage DecodeWithAlpha(ReadOnlyMemory<byte> encoded, string name, ImageLimits limits)
    {
        (DecodedImage image, SKEncodedImageFormat format) = DecodePixels(encoded, name, limits);
        return image with
        {
            IsGrey = PixelOrder.IsGrey(image.Image.Pixels),
            BitsPerChannel = format == SKEncodedImageFormat.Png && encoded.Length > 24 && encoded.Span[24] == 16 ? 16 : 8,
            Metadata = MetadataReader.Read(encoded.Span, image.Format),
        };
    }

    private static (DecodedImage Image, SKEncodedImageFormat Format) DecodePixels(
        ReadOnlyMemory<byte> encoded, string name, ImageLimits limits)
    {
        CheckFileSize(encoded.Length, name, limits);
        using System.Buffers.MemoryHandle pinned = encoded.Pin();
        using SKData data = SKData.Create((IntPtr)pinned.Pointer, encoded.Length);
        using var stream = new SKMemoryStream(data);
        using SKCodec codec = SKCodec.Create(stream, out SKCodecResult result)
            ?? throw NoImage(encoded.Span[..Math.Min(encoded.Length, 16)], name, result);
        SKEncodedOrigin origin = codec.EncodedOrigin;
        if (codec.EncodedFormat == SKEncodedImageFormat.Png)
        {
            using var whole = new UnmanagedMemoryStream((byte*)pinned.Pointer, encoded.Length);
            origin = (SKEncodedOrigin)Exif.Orientation(MetadataReader.PngExif(whole));
        }

        ImageInfo header = CheckHeader(codec, origin, name, limits);
        (byte[] rgb, byte[]? alpha) = Pixels(codec, name);
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        rgb = PixelOrder.TurnUpright(rgb, width, height, 3, origin);
        alpha = alpha is null ? null : PixelOrder.TurnUpright(alpha, width, height, 1, origin);
        return (new DecodedImage(new RgbImage(header.Width, header.Height, rgb), alpha, IsGrey: false, BitsPerChannel: 8, header.Format),
            codec.EncodedFormat);
    }

    public static void CheckFileSize(long bytes, string name, ImageLimits limits)
    {
        if (bytes == 0)
        {
            throw new InputException($"{name} is empty (0 bytes); put the image there again.");
        }

        if (bytes > limits.MaxFileBytes)
        {
            throw new InputException($"{name} has {bytes:N0} bytes, more than the limit of {limits.MaxFileBytes:N0}; make it smaller or "
                + $"raise the limit.");
        }
    }

    private static ImageInfo CheckHeader(SKCodec codec, SKEncodedOrigin origin, string name, ImageLimits limits)
    {
        string format = codec.EncodedFormat switch
        {
            SKEncodedImageFormat.Png => "PNG",
            SKEncodedImageFormat.Jpeg => "JPEG",
            SKEncodedImageFormat.Webp => "WebP",
            SKEncodedImageFormat.Bmp => "BMP",
            SKEncodedImageFormat.Gif => "GIF",
            _ => throw new InputException($"{name} is a {codec.EncodedFormat} image; {Formats}: convert it."),
        };
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        long pixels = (long)width * height;
        long limit = Math.Min(limits.MaxPixels, Array.MaxLength / 3);
        if (width < 1 || height < 1 || pixels > limit)
        {
            throw new InputException(
                $"{name} is {width:N0}×{height:N0}, that is {pixels:N0} pixels, more than the limit of {limit:N0}; make it smaller or "
                    + $"raise the limit.");
        }

        (width, height) = PixelOrder.SwapsSides(origin) ? (height, width) : (width, height);
        return new ImageInfo(width, height, format) { Frames = Math.Max(1, codec.FrameCount) };
    }

    private static (byte[] Rgb, byte[]? Alpha) Pixels(SKCodec codec, string name)
    {
        // No colour space: the stored values themselves, as every tool of this field reads them.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        int rowBytes = info.Width * 4;
        void* memory = NativeMemory.Alloc((nuint)info.Height, (nuint)rowBytes);
        try
        {
            SKCodecResult result = codec.GetPixels(info, (IntPtr)memory, rowBytes, SKCodecOptions.Default);
            if (result != SKCodecResult.Success)
            {
                throw Broken(name, result);
            }

            return Split((byte*)memory, info.Width, info.Height, opaque: codec.Info.AlphaType == SKAlphaType.Opaque);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    private static (byte[] Rgb, byte[]? Alpha) Split(byte* rgba, int width, int height, bool opaque)
    {
        var rgb = new byte[width * height * 3];
        byte[]? alpha = null;
        for (int y = 0; y < height; y++)
        {
            var row = new ReadOnlySpan<byte>(rgba + ((long)y * width * 4), width * 4);
            PixelOrder.RgbaToRgb(row, rgb.AsSpan(y * width * 3, width * 3));
            if (!opaque)
            {
                PixelOrder.CopyAlpha(row, y, width, height, ref alpha);
            }
        }

        return (rgb, alpha);
    }

    private static InputException Broken(string name, SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => new InputException($"{name} is cut short: it ends before its last pixel; get the complete file."),
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput =>
            new InputException($"{name} is damaged and can't be decoded; get an intact file."),
        _ => new InputException($"{name} can't be decoded ({result}); save it again as PNG or JPEG."),
    };

    private static InputException NoImage(ReadOnlySpan<byte> start, string name, SKCodecResult result)
    {
        string? known = ImageSignature.Of(start);
        if (known is not null && ImageSignature.IsRead(known))
        {
            return result == SKCodecResult.Unimplemented
                ? new InputException($"{name} is a {known} image of a kind that can't be read; save it again as plain PNG or JPEG.")
                : new InputException($"{name} starts as a {known} image, but its header is cut short or damaged; get the complete file.");
        }

        return known is not null
            ? new InputException($"{name} is a {known} file; {Formats}: convert it.")
            : new InputException($"{name} is no image; {Formats}.");
    }
}
