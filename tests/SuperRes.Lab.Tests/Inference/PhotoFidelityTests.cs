#pragma warning disable xUnit1051 // Pictures of a few pixels: there is nothing to cancel.
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Tests.Imaging;

namespace SuperRes.Lab.Tests.Inference;

/// <summary>What comes out of a file is no worse than what came in.</summary>
public sealed class PhotoFidelityTests
{
    [Fact]
    public void Jpeg_RedLinesOnWhiteWithFullChroma_KeepTheirColour()
    {
        using var folder = new TempFolder();
        var lines = new RgbImage(64, 64);
        for (int i = 0; i < 64 * 64; i++)
        {
            bool red = i % 64 % 6 == 2;
            (lines.Pixels[i * 3], lines.Pixels[(i * 3) + 1], lines.Pixels[(i * 3) + 2]) = red ? ((byte)230, (byte)0, (byte)0)
                : ((byte)255, (byte)255, (byte)255);
        }

        ImageCodec.Write(lines, folder["full.jpg"], 95);
        RgbImage before = ImageCodec.Read(folder["full.jpg"]);
        Restore(75).UpscaleFile(folder["full.jpg"], folder["o.jpg"]);
        Assert.Equal("4:4:4", EncodedImages.Field(folder["o.jpg"], "jpeg-chroma-subsample"));
        Restore(95).UpscaleFile(folder["full.jpg"], folder["p.jpg"]);
        Assert.InRange(Psnr.Rgb(ImageCodec.Read(folder["p.jpg"]), before), 34, 100);
    }

    [Theory]
    [InlineData(75, "4:2:0")]
    [InlineData(95, "4:4:4")]
    public void Jpeg_WithHalvedChroma_IsHalvedBelowQuality90Alone(int quality, string expected)
    {
        using var folder = new TempFolder();
        folder.Write("half.jpg", ImageCodec.EncodeJpeg(PhotoKind.Picture(false), 90));
        Restore(quality).UpscaleFile(folder["half.jpg"], folder["o.jpg"]);
        Assert.Equal(expected, EncodedImages.Field(folder["o.jpg"], "jpeg-chroma-subsample"));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Alpha_OfAHardEdgedDisc_HasNoGhostAround(int bits)
    {
        using var folder = new TempFolder();
        const int Side = 40, Radius = 12;
        byte[] alpha = [.. Enumerable.Range(0, Side * Side).Select(i => (byte)(Distance(i % Side, i / Side, 20) <= Radius ? 255 : 0))];
        folder.Write("disc.png", Disc(alpha, bits));
        new Upscaler(TestNetworks.Identity()).UpscaleFile(folder["disc.png"], folder["o.png"]);
        byte[] large = ImageCodec.ReadWithAlpha(folder["o.png"]).Alpha!;
        for (int i = 0; i < large.Length; i++)
        {
            double away = Distance(i % (Side * 2), i / (Side * 2), 40.5) - (Radius * 2);
            Assert.True(away < 3.5 || large[i] == 0, $"alpha is {large[i]} at {away:0.0} pixels outside the disc");
            Assert.True(away > -3.5 || large[i] == 255, $"alpha is {large[i]} at {-away:0.0} pixels inside the disc");
        }
    }

    private static Upscaler Restore(int quality)
        => new(TestNetworks.Identity(1, "restoration"), new UpscaleOptions { Quality = quality });

    private static double Distance(int x, int y, double centre) => Math.Sqrt(Math.Pow(x - centre, 2) + Math.Pow(y - centre, 2));

    private static byte[] Disc(byte[] alpha, int bits)
    {
        var rgb = new RgbImage(40, 40);
        if (bits == 8)
        {
            return ImageCodec.EncodePng(rgb, alpha);
        }

        byte[] pixels = [.. alpha.SelectMany(a => new byte[] { 9, 9, 9, 9, 9, 9, a, a })];
        using var file = new MemoryStream();
        using var writer = new RowWriter(file, "PNG", 40, 40, 4, 16, ImageMetadata.None, 90);
        writer.Write(pixels);
        writer.Finish();
        return file.ToArray();
    }
}
