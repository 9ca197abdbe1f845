using SkiaSharp;
using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>A file's picture with everything that its result is to keep.</summary>
/// <param name="Decoded">Colours, transparency, whether grey.</param>
/// <param name="Metadata">Profile, EXIF, XMP, texts.</param>
/// <param name="Encoded">The file's bytes, for a second look at 16 bits.</param>
internal sealed record Photo(DecodedImage Decoded, ImageMetadata Metadata, byte[] Encoded)
{
    /// <summary>Reads a file in one go, and says so where it changed meanwhile.</summary>
    public static Photo Read(string path)
    {
        ImageCodec.ReadHeader(path);
        (long, DateTime) before = Stamp(path);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}; check its rights and that nothing else is writing to it.", e);
        }

        if (Stamp(path) != before || bytes.LongLength != before.Item1)
        {
            throw new InputException($"{path} changed while it was read; wait until it is complete and run again.");
        }

        DecodedImage decoded = ImageCodec.DecodeWithAlpha(bytes, path);
        return new(decoded, ImageMetadata.Read(bytes, decoded.Format), bytes);
    }

    /// <summary>The 16-bit values, 1×C×H×W in 0–1; null for 8-bit files and kinds of 16-bit files that go the 8-bit way.</summary>
    public Tensor? ReadDeep() => Decoded is { BitsPerChannel: 16, Format: "PNG" } ? DeepPng.Read(Encoded) : null;

    /// <summary>Encodes a result in the kind its extension names, with what the input had.</summary>
    public byte[] Encode(RgbImage result, byte[]? alpha, string extension, int quality)
    {
        bool jpeg = extension.ToLowerInvariant() is ".jpg" or ".jpeg", webp = string.Equals(extension, ".webp", StringComparison.OrdinalIgnoreCase);
        ImageMetadata asColour = Metadata.For(result.Width, result.Height, grey: false);
        bool grey = alpha is null && !webp && asColour.Icc is null && PixelOrder.IsGrey(result.Pixels);
        byte[] file = (grey, jpeg, webp) switch
        {
            (true, _, _) => EncodeGrey(result, jpeg, quality),
            (_, true, _) => ImageCodec.EncodeJpeg(alpha is null ? result : new DecodedImage(result, alpha, false, 8, "JPEG").Flatten(), quality),
            (_, _, true) => ImageCodec.EncodeWebp(result, quality, alpha),
            _ => ImageCodec.EncodePng(result, alpha),
        };
        // A grey profile or grey gamma stays only with a grey result, a colour one only with colour.
        ImageMetadata kept = grey ? Metadata.For(result.Width, result.Height, grey: true) : asColour;
        return kept.Attach(file, extension);
    }

    private static (long Length, DateTime Written) Stamp(string path)
    {
        var file = new FileInfo(path);
        return (file.Exists ? file.Length : -1, file.Exists ? file.LastWriteTimeUtc : default);
    }

    /// <summary>One channel instead of three equal ones.</summary>
    private static unsafe byte[] EncodeGrey(RgbImage image, bool jpeg, int quality)
    {
        var values = new byte[image.Width * image.Height];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = image.Pixels[i * 3];
        }

        fixed (byte* memory = values)
        {
            using var pixels = new SKPixmap(new SKImageInfo(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque), (IntPtr)memory);
            using var target = new SKDynamicMemoryWStream();
            bool done = jpeg
                ? pixels.Encode(target, new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore))
                : pixels.Encode(target, new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 6));
            using SKData data = target.DetachAsData();
            return done ? data.ToArray() : throw new InputException($"A grey {image.Width}×{image.Height} picture can't be encoded in this format; use PNG.");
        }
    }
}
