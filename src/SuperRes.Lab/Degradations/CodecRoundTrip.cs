using SkiaSharp;

namespace SuperRes.Lab.Degradations;

/// <summary>Stores a picture in a lossy format and reads it again.</summary>
internal static class CodecRoundTrip
{
    public static void Apply(Canvas picture, Func<SKPixmap, SKWStream, bool> encode)
    {
        // Without a colour space nothing is converted on the way.
        var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var pixmap = new SKPixmap(info, picture.Address, picture.Width * 4);
        using var stream = new SKDynamicMemoryWStream();
        if (!encode(pixmap, stream))
        {
            throw new InvalidOperationException($"A picture of {picture.Width}×{picture.Height} pixels could not be encoded.");
        }

        using SKData data = stream.DetachAsData();
        using SKCodec codec = SKCodec.Create(data) ?? throw new InvalidOperationException("A picture just encoded can't be read.");
        SKCodecResult result = codec.GetPixels(info, picture.Address, picture.Width * 4, SKCodecOptions.Default);
        if (result != SKCodecResult.Success)
        {
            throw new InvalidOperationException($"A picture just encoded can't be decoded: {result}.");
        }
    }
}
