using SkiaSharp;

namespace SuperRes.Lab.Degradations;

/// <summary>Stores a picture as WebP and reads it again.</summary>
internal static class WebpRoundTrip
{
    public static void Apply(Canvas canvas, int quality)
    {
        var options = new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality);
        Run(canvas, (pixmap, stream) => pixmap.Encode(stream, options));
    }

    private static void Run(Canvas canvas, Func<SKPixmap, SKWStream, bool> encode)
    {
        // Without a colour space nothing is converted on the way.
        var info = new SKImageInfo(canvas.Width, canvas.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var pixmap = new SKPixmap(info, canvas.Address, canvas.Width * 4);
        using var stream = new SKDynamicMemoryWStream();
        if (!encode(pixmap, stream))
        {
            throw new InvalidOperationException($"A picture of {canvas.Width}×{canvas.Height} pixels could not be encoded.");
        }

        using SKData data = stream.DetachAsData();
        using SKCodec codec = SKCodec.Create(data) ?? throw new InvalidOperationException("A picture just encoded can't be read.");
        SKCodecResult result = codec.GetPixels(info, canvas.Address, canvas.Width * 4, SKCodecOptions.Default);
        if (result != SKCodecResult.Success)
        {
            throw new InvalidOperationException($"A picture just encoded can't be decoded: {result}.");
        }
    }
}
