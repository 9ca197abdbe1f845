using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Imaging;

public sealed class DecodedImageTests
{
    [Fact]
    public void Xmp_OfAnotherSize_SaysItWhereverItSaysOne()
    {
        byte[] packet =
            [.. "<x tiff:ImageWidth=\"640\" tiff:ImageLength='48'><exif:PixelXDimension>640</exif:PixelXDimension>"u8,
            .. "<exif:PixelYDimension>48</exif:PixelYDimension> 640"u8];
        Assert.Equal(
            "<x tiff:ImageWidth=\"1280\" "
                + "tiff:ImageLength='96'><exif:PixelXDimension>1280</exif:PixelXDimension><exif:PixelYDimension>96</exif:PixelYDimension> "
                + "640",
            System.Text.Encoding.ASCII.GetString(Xmp.Of(packet, 1280, 96)));
    }

    [Fact]
    public void Xmp_OfAMotionPhoto_NamesNoVideoAnyMore()
    {
        const string Packet = """
            <x:xmpmeta><rdf:Description GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion='1' Camera:MicroVideoOffset="4" dc:title="sea">
            <Container:Directory><rdf:Seq><rdf:li Item:Semantic="Primary"/>
            <rdf:li Item:Semantic="MotionPhoto" Item:Length="99"/></rdf:Seq></Container:Directory>
            <GCamera:MicroVideo>1</GCamera:MicroVideo></rdf:Description></x:xmpmeta>
            """;
        string left = System.Text.Encoding.UTF8.GetString(Xmp.Of(System.Text.Encoding.UTF8.GetBytes(Packet), 4, 4));
        Assert.DoesNotContain("Motion", left);
        Assert.DoesNotContain("MicroVideo", left);
        Assert.Contains("<rdf:Description dc:title=\"sea\">", left);
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    public void Write_WithMetadata_KeepsProfileAndExifAndSaysUpright(string name)
    {
        using var folder = new TempFolder();
        byte[] profile = EncodedImages.Profile("RGB ", 150_004);
        var image = new DecodedImage(EncodedImages.Sample(31, 17), null, IsGrey: false, 8, "PNG")
        {
            Metadata = new ImageMetadata(EncodedImages.ExifOrientation(1), profile),
        };
        ImageCodec.Write(image, folder[name]);
        DecodedImage read = ImageCodec.ReadWithAlpha(folder[name]);
        Assert.Equal(profile, read.Metadata.IccProfile!);
        Assert.InRange(EncodedImages.Orientation(read.Metadata.Exif!), 0, 1);
        Assert.Equal((31, 17), (read.Image.Width, read.Image.Height));
        Assert.Null(read.Alpha);
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.webp")]
    public void Write_WithMetadataAndAlpha_KeepsBoth(string name)
    {
        using var folder = new TempFolder();
        byte[] alpha = [.. Enumerable.Range(0, 31 * 17).Select(i => (byte)(i % 256))];
        var image = new DecodedImage(EncodedImages.Sample(31, 17), alpha, IsGrey: false, 8,
            "PNG") { Metadata = new ImageMetadata(null, EncodedImages.Profile()) };
        ImageCodec.Write(image, folder[name]);
        DecodedImage read = ImageCodec.ReadWithAlpha(folder[name]);
        Assert.Equal(alpha, read.Alpha!);
        Assert.Equal(480, read.Metadata.IccProfile!.Length);
        Assert.Null(read.Metadata.Exif);
    }

    [Theory]
    [InlineData("turned.jpg")]
    [InlineData("turned.png")]
    [InlineData("turned.webp")]
    public void ReadAndWrite_OfTurnedPicture_DoesNotTurnItTwice(string name)
    {
        using var folder = new TempFolder();
        RgbImage stored = EncodedImages.Sample(20, 10);
        byte[] encoded = Path.GetExtension(name) switch
        {
            ".jpg" => EncodedImages.JpegWithOrientation(ImageCodec.EncodeJpeg(stored, 90), 6),
            ".png" => EncodedImages.Png(20, 10, 8, 2, EncodedImages.Rows(stored.Pixels, 10), [("eXIf", EncodedImages.ExifOrientation(6))]),
            _ => EncodedImages.WebpWithOrientation(ImageCodec.EncodeWebp(stored, 90), 20, 10, 6),
        };
        DecodedImage read = ImageCodec.ReadWithAlpha(folder.Write(name, encoded));
        ImageCodec.Write(read, folder["again-" + name]);
        ImageInfo again = ImageCodec.ReadHeader(folder["again-" + name]);
        Assert.Equal((10, 20), (again.Width, again.Height));
    }

    [Theory]
    [InlineData("grey.png")]
    [InlineData("grey.jpg")]
    public void Write_OfGrey_StoresOneChannel(string name)
    {
        using var folder = new TempFolder();
        byte[] png = EncodedImages.Png(16, 16, 8, 0,
            [.. Enumerable.Range(0, 16).Select(y => (byte[])[.. Enumerable.Range(0, 16).Select(x => (byte)((x * y) + 8))])]);
        DecodedImage grey = ImageCodec.DecodeWithAlpha(png, "grey.png");
        ImageCodec.Write(grey, folder[name], 100);
        byte[] written = File.ReadAllBytes(folder[name]);
        if (name.EndsWith("png"))
        {
            Assert.Equal(0, written[25]);
            Assert.Equal(grey.Image.Pixels, ImageCodec.Read(folder[name]).Pixels);
        }
        else
        {
            int frame = written.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
            Assert.Equal(1, written[frame + 9]);
        }

        Assert.True(ImageCodec.ReadWithAlpha(folder[name]).IsGrey);
    }

    [Fact]
    public void Write_OfGreyNoLongerGrey_StoresColoursAndDropsTheGreyProfile()
    {
        using var folder = new TempFolder();
        var image = new DecodedImage(EncodedImages.Sample(8, 8), null, IsGrey: true, 8,
            "PNG") { Metadata = new ImageMetadata(null, EncodedImages.Profile("GRAY")) };
        ImageCodec.Write(image, folder["a.png"]);
        DecodedImage read = ImageCodec.ReadWithAlpha(folder["a.png"]);
        Assert.Equal(image.Image.Pixels, read.Image.Pixels);
        Assert.Null(read.Metadata.IccProfile);
    }

    [Fact]
    public void Write_OfTransparentAsJpeg_LaysItOverWhite()
    {
        using var folder = new TempFolder();
        var image = new DecodedImage(new RgbImage(8, 8), new byte[64], IsGrey: true, 8, "PNG");
        ImageCodec.Write(image, folder["a.jpg"]);
        Assert.All(ImageCodec.Read(folder["a.jpg"]).Pixels, value => Assert.InRange(value, 250, 255));
    }

    [Fact]
    public void ReadWithAlpha_OfBrokenMetadata_GivesThePictureWithoutIt()
    {
        RgbImage sample = EncodedImages.Sample(4, 3);
        byte[][] rows = EncodedImages.Rows(sample.Pixels, 3);
        byte[] noZlib = EncodedImages.Png(4, 3, 8, 2, rows, [("iCCP", [.. "name\0\0"u8, 1, 2, 3, 4])]);
        DecodedImage read = ImageCodec.DecodeWithAlpha(noZlib, "a.png");
        Assert.Null(read.Metadata.IccProfile);
        Assert.Equal(sample.Pixels, read.Image.Pixels);
        foreach (byte[] exif in new byte[][] { [], [1, 2, 3], [.. "MM\0*"u8, 255, 255, 255, 255, 0, 9],
            [.. "II*\0"u8, 8, 0, 0, 0, 255, 255] })
        {
            byte[] png = EncodedImages.Png(4, 3, 8, 2, rows, [("eXIf", exif)]);
            Assert.Equal(sample.Pixels, ImageCodec.Decode(png, "a.png").Pixels);
        }
    }
}
