using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Imaging;

public sealed class ImageCodecTests
{
    public static TheoryData<int> Orientations => [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void Png_WrittenAndRead_KeepsEveryPixel()
    {
        using var folder = new TempFolder();
        RgbImage image = EncodedImages.Sample(37, 23);
        ImageCodec.Write(image, folder["below/picture.PNG"]);
        RgbImage read = ImageCodec.Read(folder["below/picture.PNG"]);
        Assert.Equal((37, 23), (read.Width, read.Height));
        Assert.Equal(image.Pixels, read.Pixels);
        Assert.Equal(new ImageInfo(37, 23, "PNG"), ImageCodec.ReadHeader(folder["below/picture.PNG"]));
    }

    [Theory]
    [InlineData(".jpg", "JPEG")]
    [InlineData(".webp", "WebP")]
    public void LossyFormats_WrittenAndRead_ComeCloseAndCloserWithQuality(string extension, string format)
    {
        using var folder = new TempFolder();
        RgbImage image = Smooth(64, 48);
        double[] errors = [.. new[] { 20, 60, 95 }.Select(quality =>
        {
            string path = folder[quality + extension];
            ImageCodec.Write(image, path, quality);
            Assert.Equal(new ImageInfo(64, 48, format), ImageCodec.ReadHeader(path));
            return MeanError(image, ImageCodec.Read(path));
        })];
        Assert.True(errors[0] > errors[1] && errors[1] > errors[2], string.Join(' ', errors));
        Assert.InRange(errors[2], 0, 2.5);
    }

    [Fact]
    public void EncodeJpeg_HalvesChroma_AsLibjpegDoesByDefault()
    {
        byte[] jpeg = ImageCodec.EncodeJpeg(Smooth(32, 32), 90);
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0, 0, 17, 8]);
        Assert.True(frame > 0);
        Assert.Equal([0x22, 0x11, 0x11], new[] { jpeg[frame + 11], jpeg[frame + 14], jpeg[frame + 17] });
    }

    [Fact]
    public void Encode_OfEqualPictures_GivesEqualBytes()
    {
        RgbImage image = Smooth(50, 40);
        Assert.Equal(ImageCodec.EncodePng(image), ImageCodec.EncodePng(image.Clone()));
        Assert.Equal(ImageCodec.EncodeJpeg(image, 30), ImageCodec.EncodeJpeg(image.Clone(), 30));
        Assert.Equal(ImageCodec.EncodeWebp(image, 30), ImageCodec.EncodeWebp(image.Clone(), 30));
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Read_OfPngWithOrientation_TurnsItUpright(int orientation)
    {
        // The stored picture is the upright one turned back, so whatever the orientation the same must come out.
        RgbImage upright = EncodedImages.Sample(9, 6);
        RgbImage stored = TurnBack(upright, orientation);
        byte[] png = EncodedImages.Png(
            stored.Width, stored.Height, 8, 2, EncodedImages.Rows(stored.Pixels, stored.Height),
                [("eXIf", EncodedImages.ExifOrientation(orientation))]);
        RgbImage read = ImageCodec.Decode(png, "turned.png");
        Assert.Equal((9, 6), (read.Width, read.Height));
        Assert.Equal(upright.Pixels, read.Pixels);
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Read_OfJpegAndWebpWithOrientation_TurnsThemUpright(int orientation)
    {
        using var folder = new TempFolder();
        RgbImage upright = Smooth(40, 24);
        RgbImage stored = TurnBack(upright, orientation);
        string jpeg = folder.Write("a.jpg", EncodedImages.JpegWithOrientation(ImageCodec.EncodeJpeg(stored, 95), orientation));
        string webp = folder.Write("a.webp",
            EncodedImages.WebpWithOrientation(ImageCodec.EncodeWebp(stored, 95), stored.Width, stored.Height, orientation));
        foreach (string path in new[] { jpeg, webp })
        {
            RgbImage read = ImageCodec.Read(path);
            Assert.Equal((40, 24), (read.Width, read.Height));
            Assert.InRange(MeanError(upright, read), 0, 2.5);
            ImageInfo header = ImageCodec.ReadHeader(path);
            Assert.Equal((40, 24), (header.Width, header.Height));
        }
    }

    [Fact]
    public void Read_OfTransparentPng_LaysItOverWhite()
    {
        byte[] png = EncodedImages.Png(3, 1, 8, 6, [[200, 100, 0, 255, 200, 100, 0, 128, 200, 100, 0, 0]]);
        Assert.Equal([200, 100, 0, 227, 177, 127, 255, 255, 255], ImageCodec.Decode(png, "a.png").Pixels);
        DecodedImage whole = ImageCodec.DecodeWithAlpha(png, "a.png");
        Assert.Equal([200, 100, 0, 200, 100, 0, 200, 100, 0], whole.Image.Pixels);
        Assert.Equal([255, 128, 0], whole.Alpha!);
        Assert.False(whole.IsGrey);
        Assert.Equal([0, 0, 0], whole.Flatten(0).Pixels[6..]);
    }

    [Fact]
    public void Transparency_WrittenAndRead_StaysStraight()
    {
        RgbImage image = EncodedImages.Sample(20, 10);
        byte[] alpha = [.. Enumerable.Range(0, 200).Select(i => (byte)(i * 255 / 199))];
        DecodedImage png = ImageCodec.DecodeWithAlpha(ImageCodec.EncodePng(image, alpha), "a.png");
        Assert.Equal(alpha, png.Alpha!);
        Assert.Equal(image.Pixels, png.Image.Pixels);
        DecodedImage webp = ImageCodec.DecodeWithAlpha(ImageCodec.EncodeWebp(image, 90, alpha), "a.webp");
        Assert.Equal(alpha, webp.Alpha!);
    }

    [Fact]
    public void Read_OfGreyKinds_GivesGreyRgb()
    {
        byte[] grey = EncodedImages.Png(4, 1, 8, 0, [[0, 85, 170, 255]]);
        byte[] twoBits = EncodedImages.Png(4, 1, 2, 0, [[0b00_01_10_11]]);
        byte[] sixteenBits = EncodedImages.Png(4, 1, 16, 0, [[0, 200, 85, 127, 170, 0, 255, 255]]);
        byte[] withAlpha = EncodedImages.Png(4, 1, 8, 4, [[0, 255, 85, 255, 170, 255, 255, 255]]);
        foreach (byte[] file in new[] { grey, twoBits, sixteenBits, withAlpha })
        {
            DecodedImage read = ImageCodec.DecodeWithAlpha(file, "grey.png");
            Assert.Equal([0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255], read.Image.Pixels);
            Assert.True(read.IsGrey);
            Assert.Null(read.Alpha);
            Assert.Equal(ReferenceEquals(file, sixteenBits) ? 16 : 8, read.BitsPerChannel);
        }
    }

    [Fact]
    public void Read_OfPalettePng_TakesColoursAndTransparencyFromTheTable()
    {
        byte[] png = EncodedImages.Png(3, 1, 8, 3, [[2, 0, 1]], [("PLTE", [255, 0, 0, 0, 255, 0, 0, 0, 255]), ("tRNS", [0])]);
        DecodedImage read = ImageCodec.DecodeWithAlpha(png, "palette.png");
        Assert.Equal([0, 0, 255], read.Image.Pixels[..3]);
        Assert.Equal([0, 255, 0], read.Image.Pixels[6..]);
        Assert.Equal([255, 0, 255], read.Alpha!);
        Assert.Equal([255, 255, 255], ImageCodec.Decode(png, "palette.png").Pixels[3..6]);
    }

    [Fact]
    public void Read_Of16BitColours_KeepsTheUpperBytes()
    {
        byte[] png = EncodedImages.Png(2, 1, 16, 2, [[10, 0, 20, 255, 30, 128, 255, 255, 0, 255, 128, 1]]);
        Assert.Equal([10, 20, 30, 255, 0, 128], ImageCodec.Decode(png, "deep.png").Pixels);
    }

    [Fact]
    public void Read_OfInterlacedPng_EqualsThePlainOne()
    {
        RgbImage image = EncodedImages.Sample(13, 11);
        byte[] png = EncodedImages.Png(13, 11, 8, 2, EncodedImages.Adam7(image.Pixels, 13, 11, 3), interlaced: true);
        Assert.Equal(image.Pixels, ImageCodec.Decode(png, "interlaced.png").Pixels);
    }

    [Fact]
    public void Read_OfBmp_KeepsEveryPixel()
    {
        RgbImage image = EncodedImages.Sample(7, 5);
        Assert.Equal(image.Pixels, ImageCodec.Decode(EncodedImages.Bmp(image), "a.bmp").Pixels);
    }

    [Fact]
    public void Read_OfAnimatedGif_GivesItsFirstFrame()
    {
        DecodedImage read = ImageCodec.DecodeWithAlpha(EncodedImages.Gif(6, 4, frames: 2), "a.gif");
        Assert.Equal("GIF", read.Format);
        Assert.Equal(Enumerable.Repeat(new byte[] { 255, 0, 0 }, 24).SelectMany(p => p), read.Image.Pixels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ReadHeader_OfGif_CountsItsPictures(int frames)
    {
        using var folder = new TempFolder();
        Assert.Equal(frames, ImageCodec.ReadHeader(folder.Write("a.gif", EncodedImages.Gif(6, 4, frames))).Frames);
    }

    [Fact]
    public void Read_OfCmykJpeg_GivesRgb()
    {
        RgbImage read = ImageCodec.Decode(EncodedImages.CmykJpeg(c: 200, m: 100, y: 0, k: 51), "print.jpg");
        Assert.Equal((8, 8), (read.Width, read.Height));
        (int R, int G, int B) expected = (55 * 204 / 255, 155 * 204 / 255, 204);
        Assert.InRange(read.Pixels[0], expected.R - 2, expected.R + 2);
        Assert.InRange(read.Pixels[1], expected.G - 2, expected.G + 2);
        Assert.InRange(read.Pixels[2], expected.B - 2, expected.B + 2);
    }

    [Fact]
    public void Read_OfWrongExtension_LooksAtTheContent()
    {
        using var folder = new TempFolder();
        string path = folder.Write("photo.jpg", ImageCodec.EncodePng(EncodedImages.Sample(5, 4)));
        Assert.Equal(new ImageInfo(5, 4, "PNG"), ImageCodec.ReadHeader(path));
        Assert.Equal(EncodedImages.Sample(5, 4).Pixels, ImageCodec.Read(path).Pixels);
    }

    [Fact]
    public void Read_OfOnePixelAndOfUnicodeName_Works()
    {
        using var folder = new TempFolder();
        string path = folder.Write("снимок 写真 é.png", ImageCodec.EncodePng(new RgbImage(1, 1, [1, 2, 3])));
        Assert.Equal([1, 2, 3], ImageCodec.Read(path).Pixels);
        Assert.Equal([path], ImageCodec.ListImages(folder.Path));
    }

    [Fact]
    public void Read_FromManyThreads_GivesTheSameEverywhere()
    {
        using var folder = new TempFolder();
        RgbImage[] images = [.. Enumerable.Range(0, 8).Select(i => EncodedImages.Sample(30 + i, 20))];
        for (int i = 0; i < images.Length; i++)
        {
            ImageCodec.Write(images[i], folder[i + ".png"]);
        }

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            Assert.Equal(images[i % 8].Pixels, ImageCodec.Read(folder[(i % 8) + ".png"]).Pixels);
            RgbImage jpeg = ImageCodec.Decode(ImageCodec.EncodeJpeg(images[i % 8], 50), "memory");
            Assert.Equal(30 + (i % 8), jpeg.Width);
        });
    }

    [Fact]
    public void ListImages_OfMixedFolder_GivesImagesInOrdinalOrder()
    {
        using var folder = new TempFolder();
        foreach (string name in new[] { "b.png", "B.JPG", "a10.webp", "a9.jpeg", "notes.txt", ".hidden.png", "c.gif", "d.bmp" })
        {
            folder.Write(name, [1]);
        }

        Directory.CreateDirectory(folder["deeper.png"]);
        Assert.Equal(
            ["B.JPG", "a10.webp", "a9.jpeg", "b.png", "c.gif", "d.bmp"], ImageCodec.ListImages(folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("a.PNG", true)]
    [InlineData("x/y.webp", true)]
    [InlineData("a.png.txt", false)]
    [InlineData("png", false)]
    public void HasImageExtension_OfNames_TellsThemApart(string name, bool expected) =>
        Assert.Equal(expected, ImageCodec.HasImageExtension(name));

    [Fact]
    public void Decode_OfSharedPhotos_ReadsEveryOne()
    {
        string folder = Shared.Require("images", "pets-mini");
        foreach (string path in ImageCodec.ListImages(folder).Take(20))
        {
            ImageInfo header = ImageCodec.ReadHeader(path);
            RgbImage image = ImageCodec.Read(path);
            Assert.Equal((header.Width, header.Height), (image.Width, image.Height));
            Assert.True(image.Pixels.Distinct().Count() > 50);
        }
    }

    private static RgbImage TurnBack(RgbImage upright, int orientation)
    {
        bool swapped = orientation >= 5;
        var stored = swapped ? new RgbImage(upright.Height, upright.Width) : new RgbImage(upright.Width, upright.Height);
        for (int y = 0; y < upright.Height; y++)
        {
            for (int x = 0; x < upright.Width; x++)
            {
                // EXIF 2.32, tag 0x0112: where row 0 and column 0 of the stored picture lie in the upright one.
                (int sx, int sy) = orientation switch
                {
                    1 => (x, y),
                    2 => (stored.Width - 1 - x, y),
                    3 => (stored.Width - 1 - x, stored.Height - 1 - y),
                    4 => (x, stored.Height - 1 - y),
                    5 => (y, x),
                    6 => (y, stored.Height - 1 - x),
                    7 => (stored.Width - 1 - y, stored.Height - 1 - x),
                    _ => (stored.Width - 1 - y, x),
                };
                upright.Pixels.AsSpan(((y * upright.Width) + x) * 3, 3).CopyTo(stored.Pixels.AsSpan(((sy * stored.Width) + sx) * 3));
            }
        }

        return stored;
    }

    private static RgbImage Smooth(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < width * height; i++)
        {
            (int x, int y) = (i % width, i / width);
            image.Pixels[i * 3] = (byte)(128 + (100 * Math.Sin(x * 0.1)));
            image.Pixels[(i * 3) + 1] = (byte)(128 + (100 * Math.Cos(y * 0.13)));
            image.Pixels[(i * 3) + 2] = (byte)(x + y);
        }

        return image;
    }

    private static double MeanError(RgbImage a, RgbImage b) => a.Pixels.Zip(b.Pixels).Average(pair => Math.Abs(pair.First - pair.Second));
}
