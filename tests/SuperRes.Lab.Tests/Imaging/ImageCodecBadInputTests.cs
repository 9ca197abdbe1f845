using System.Diagnostics;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Imaging;

public sealed class ImageCodecBadInputTests
{
    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    [InlineData(".webp")]
    [InlineData(".bmp")]
    [InlineData(".gif")]
    public void Read_OfFileCutAnywhere_SaysSoAndNamesTheFile(string extension)
    {
        using var folder = new TempFolder();
        byte[] whole = Encoded(extension);
        foreach (double share in new[] { 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97 })
        {
            string path = folder.Write("cut" + extension, whole[..(int)(whole.Length * share)]);
            InputException e = Assert.Throws<InputException>(() => ImageCodec.Read(path));
            Assert.StartsWith(path, e.Message);
            Assert.Matches("cut short|damaged|is no image", e.Message);
        }
    }

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(0x80000036)]
    [InlineData(100_000)]
    public void Read_OfBmpWhosePixelsLieGigabytesBehindItsEnd_IsRefusedAtOnce(uint offset)
    {
        byte[] bmp = EncodedImages.Bmp(Noise(48, 32));
        BitConverter.TryWriteBytes(bmp.AsSpan(10), offset);
        long start = Stopwatch.GetTimestamp();
        InputException e = Assert.Throws<InputException>(() => ImageCodec.Decode(bmp, "a.bmp"));
        Assert.Equal("a.bmp starts as a BMP image, but its header is cut short or damaged; get the complete file.", e.Message);

        // Several seconds before; twenty of them on a busy machine.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
    }

    [Fact]
    public void Read_OfCutFilesOnSeveralThreads_SaysTheSameOfEach()
    {
        // libvips keeps its texts in one place for all threads: "cut short" became "damaged" where another thread had taken the reason.
        byte[] png = ImageCodec.EncodePng(Noise(32, 32));
        var messages = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => messages.Add(
            Assert.Throws<InputException>(() => ImageCodec.Decode(png.AsMemory(0, png.Length * 2 / 3), "a.png")).Message));
        Assert.Equal("a.png is cut short: it ends before its last pixel; get the complete file.", Assert.Single(messages.Distinct()));
    }

    [Fact]
    public void Read_OfInterlacedPngCutShort_IsRefused()
    {
        RgbImage image = Noise(64, 64);
        byte[] png = EncodedImages.Png(64, 64, 8, 2, EncodedImages.Adam7(image.Pixels, 64, 64, 3), interlaced: true);
        Assert.Throws<InputException>(() => ImageCodec.Decode(png.AsMemory(0, png.Length / 2), "a.png"));
    }

    [Fact]
    public void Read_OfEveryPrefixOfASmallFile_NeverPassesAndNeverCrashes()
    {
        byte[] jpeg = ImageCodec.EncodeJpeg(Noise(24, 24), 60);
        byte[] png = ImageCodec.EncodePng(Noise(12, 12));
        byte[] webp = ImageCodec.EncodeWebp(Noise(24, 24), 60);
        foreach (byte[] whole in new[] { jpeg, png, webp })
        {
            for (int length = 0; length < whole.Length - 40; length++)
            {
                ReadOnlyMemory<byte> part = whole.AsMemory(0, length);
                Assert.Throws<InputException>(() => ImageCodec.Decode(part, "prefix"));
            }
        }
    }

    [Fact]
    public void Read_OfFilesWithChangedBytes_DecodesOrRefuses()
    {
        var random = new RandomStream(3, "flip");
        foreach (string extension in new[] { ".png", ".jpg", ".webp", ".bmp", ".gif" })
        {
            byte[] whole = Encoded(extension);
            for (int round = 0; round < 150; round++)
            {
                byte[] damaged = (byte[])whole.Clone();
                for (int i = 0; i < 4; i++)
                {
                    damaged[random.NextInt(damaged.Length)] = (byte)random.NextBits();
                }

                try
                {
                    ImageCodec.Decode(damaged, "damaged", new ImageLimits { MaxPixels = 1_000_000 });
                }
                catch (InputException e)
                {
                    Assert.StartsWith("damaged ", e.Message);
                }
            }
        }
    }

    [Fact]
    public void Read_OfWhatIsNoImage_SaysWhatWasFound()
    {
        using var folder = new TempFolder();
        Refused(folder.Write("empty.png", []), "is empty (0 bytes)");
        Refused(folder.Write("text.png", "hello, this is no picture at all"u8.ToArray()),
            "is no image; PNG, JPEG, WebP, TIFF, AVIF, PPM, BMP and GIF images are read");
        Refused(folder.Write("lfs.jpg", "version https://git-lfs.github.com/spec/v1\noid sha256:12"u8.ToArray()), "git lfs pull");
        Refused(folder.Write("page.png", "\n<!DOCTYPE html><html><head><title>404</title>"u8.ToArray()), "is a web page");
        Refused(folder.Write("one.png", [7]), "is no image");
        Refused(folder.Write("scan.jpg", [.. "II*\0"u8, .. new byte[100]]), "starts as a TIFF image, but its header is cut short");
        Refused(folder.Write("film.nef", [.. "MM\0*"u8, .. new byte[100]]), "is a camera's RAW file, which needs developing");
        Refused(folder.Write("new.jxl", [0xFF, 0x0A, .. new byte[100]]), "save it as PNG or JPEG");
        Refused(folder.Write("phone.jpg", [0, 0, 0, 24, .. "ftypheic"u8, .. new byte[100]]),
            "is a HEIC photo, whose HEVC compression is patented");
        Refused(folder.Write("header.png", [0x89, .. "PNG\r\n\u001a\n"u8]), "starts as a PNG image, but its header is cut short");
        Refused(folder["missing.png"], "does not exist");
        Refused(folder.Path, "is a folder; an image file was expected");
        Refused(folder.Write("icon.ico", [0, 0, 1, 0, 1, 0, .. new byte[60]]), "");
    }

    [Fact]
    public void Read_OfBomb_StopsAtTheHeaderWithTheNumbers()
    {
        // 30,000 × 30,000 pixels of nothing in a few bytes.
        using var folder = new TempFolder();
        string bomb = folder.Write("bomb.png", EncodedImages.Png(30_000, 30_000, 8, 2, []));
        long before = GC.GetAllocatedBytesForCurrentThread();
        InputException e = Assert.Throws<InputException>(() => ImageCodec.Read(bomb));
        Assert.Contains("30,000×30,000, that is 900,000,000 pixels, more than the limit of 268,435,456", e.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Contains("900,000,000", Assert.Throws<InputException>(() => ImageCodec.ReadHeader(bomb)).Message);
        string tall = folder.Write("tall.png", EncodedImages.Png(1, int.MaxValue, 1, 0, []));
        Assert.Throws<InputException>(() => ImageCodec.Read(tall));
    }

    [Fact]
    public void Read_BeyondTheGivenLimits_NamesThem()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.png", ImageCodec.EncodePng(Noise(20, 10)));
        Assert.Contains("200 pixels, more than the limit of 199",
            Assert.Throws<InputException>(() => ImageCodec.Read(path, new ImageLimits { MaxPixels = 199 })).Message);
        Assert.Equal(20, ImageCodec.Read(path, new ImageLimits { MaxPixels = 200 }).Width);
        Assert.Contains("more than the limit of 100",
            Assert.Throws<InputException>(() => ImageCodec.Read(path, new ImageLimits { MaxFileBytes = 100 })).Message);
        Assert.Contains("more than the limit of 100",
            Assert.Throws<InputException>(() => ImageCodec.ReadHeader(path, new ImageLimits { MaxFileBytes = 100 })).Message);
    }

    [Fact]
    public void Write_OfUnknownExtensionOrQuality_IsRefusedAndLeavesNothing()
    {
        using var folder = new TempFolder();
        Assert.Contains("\".bmp\"",
            Assert.Throws<InputException>(() => ImageCodec.Write(new RgbImage(2, 2), folder["a.bmp"])).Message);
        Assert.Throws<InputException>(() => ImageCodec.Write(new RgbImage(2, 2), folder["none"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageCodec.EncodeJpeg(new RgbImage(2, 2), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageCodec.EncodeWebp(new RgbImage(2, 2), 101));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Write_OverAFolder_IsRefused()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["a.png"]);
        Assert.Contains("can't be written",
            Assert.Throws<InputException>(() => ImageCodec.Write(new RgbImage(2, 2), folder["a.png"])).Message);
    }

    [Fact]
    public void EncodeWebp_BeyondItsLargestSide_NamesTheLimit()
    {
        InputException e = Assert.Throws<InputException>(() => ImageCodec.EncodeWebp(new RgbImage(16_384, 1), 80));
        Assert.Contains("16,383", e.Message);
    }

    [Fact]
    public void ListImages_OfMissingEmptyOrNoFolder_SaysWhich()
    {
        using var folder = new TempFolder();
        Assert.Contains("holds no image", Assert.Throws<InputException>(() => ImageCodec.ListImages(folder.Path)).Message);
        Assert.Contains("does not exist", Assert.Throws<InputException>(() => ImageCodec.ListImages(folder["none"])).Message);
        Assert.Contains("is a file", Assert.Throws<InputException>(() => ImageCodec.ListImages(folder.Write("a.png", [1]))).Message);
    }

    private static void Refused(string path, string message)
    {
        InputException e = Assert.Throws<InputException>(() => ImageCodec.Read(path));
        Assert.StartsWith(path, e.Message);
        Assert.Contains(message, e.Message);
        Assert.DoesNotContain('\n', e.Message);
        Assert.StartsWith(path, Assert.Throws<InputException>(() => ImageCodec.ReadHeader(path)).Message);
    }

    private static byte[] Encoded(string extension) => extension switch
    {
        ".png" => ImageCodec.EncodePng(Noise(60, 50)),
        ".jpg" => ImageCodec.EncodeJpeg(Noise(60, 50), 80),
        ".webp" => ImageCodec.EncodeWebp(Noise(60, 50), 80),
        ".bmp" => EncodedImages.Bmp(Noise(60, 50)),
        _ => EncodedImages.Gif(60, 50, frames: 1)[..^2],
    };

    private static RgbImage Noise(int width, int height)
    {
        var random = new RandomStream(1, "noise");
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)random.NextBits();
        }

        return image;
    }
}
