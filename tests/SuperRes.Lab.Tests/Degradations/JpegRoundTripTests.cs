using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Tests.Photos;
using SkiaSharp;

namespace SuperRes.Lab.Tests.Degradations;

public sealed class JpegRoundTripTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Apply_AnyQualityAndSize_EqualsLibjpegsEncodingAndDecoding(bool halveChroma)
    {
        var jpeg = new JpegRoundTrip();
        (int Width, int Height)[] sizes = [(32, 32), (64, 64), (33, 47), (16, 8), (1, 1), (2, 3), (5, 4), (6, 7), (100, 30), (17, 31)];
        for (int quality = 1; quality <= 100; quality += quality < 10 ? 1 : 3)
        {
            (int width, int height) = sizes[quality % sizes.Length];
            RgbImage photo = quality % 2 == 0 ? TestPhotos.Make(quality, width, height) : Noise(quality, width, height);
            var canvas = new Canvas();
            canvas.CopyFrom(photo);
            jpeg.Apply(canvas, quality, halveChroma);

            Assert.Equal(Codec(photo, quality, halveChroma).Pixels, canvas.ToImage().Pixels);
        }
    }

    private static RgbImage Noise(int seed, int width, int height)
    {
        var image = new RgbImage(width, height);
        var random = new RandomStream(seed, "noise");
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)random.NextInt(256);
        }

        return image;
    }

    private static RgbImage Codec(RgbImage image, int quality, bool halveChroma)
    {
        var canvas = new Canvas();
        canvas.CopyFrom(image);
        using var pixmap = new SKPixmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), canvas.Address);
        using var stream = new MemoryStream();
        var options = new SKJpegEncoderOptions(
            quality, halveChroma ? SKJpegEncoderDownsample.Downsample420 : SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore);
        Assert.True(pixmap.Encode(stream, options));
        return ImageCodec.Decode(stream.ToArray(), "test");
    }
}
