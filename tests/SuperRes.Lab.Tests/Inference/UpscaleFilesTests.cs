#pragma warning disable xUnit1051 // Pictures of a few pixels: there is nothing to cancel.
using System.Buffers.Binary;
using System.IO.Hashing;
using SkiaSharp;
using SuperRes.Lab.IO;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Tests.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Inference;

public sealed class UpscaleFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("upscale-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void File_Png_IsUpscaledWithChangeMap()
    {
        RgbImage image = TestNetworks.Noise(20, 14, 1);
        ImageCodec.Write(image, In("a.png"));
        UpscaleFileResult result = Plain().UpscaleFile(In("a.png"), In("out/a.png"), In("map.png"));
        Assert.Equal((UpscaleStatus.Done, 40, 28, true), (result.Status, result.Width, result.Height, result.IsExact));
        Assert.Equal(TestNetworks.Enlarged(image, 2).Pixels, ImageCodec.Read(In("out/a.png")).Pixels);
        // The identity changes nothing: the map is its darkest colour.
        Assert.All(ImageCodec.Read(In("map.png")).Pixels.Chunk(3), p => Assert.Equal([0, 0, 4], p));
    }

    [Fact]
    public void Files_OfWhichAnotherDoesSome_AreLookedAtAsDecoded_OnceAndNotWhenDone()
    {
        RgbImage dark = new(20, 14), bright = TestNetworks.Noise(20, 14, 1);
        ImageCodec.Write(dark, In("dark.png"));
        ImageCodec.Write(bright, In("bright.png"));
        var seen = new List<RgbImage>();
        var white = new Lazy<Upscaler>(() => new(new UpscaleNetwork("white", 2, photo => ones_like(photo))));
        Upscaler some = Plain().With(new(photo => { seen.Add(photo); return photo.Pixels[0] == 0; }, white, " white"));
        string[] inputs = [In("dark.png"), In("bright.png")], outputs = [In("o/dark.png"), In("o/bright.png")];
        Assert.Equal(2, some.UpscaleFiles(inputs, outputs).Done);
        Assert.Equal([dark.Pixels, bright.Pixels], seen.Select(photo => photo.Pixels));
        Assert.All(ImageCodec.Read(outputs[0]).Pixels, value => Assert.Equal(255, value));
        Assert.Equal(TestNetworks.Enlarged(bright, 2).Pixels, ImageCodec.Read(outputs[1]).Pixels);
        Assert.Equal(2, some.UpscaleFiles(inputs, outputs).Skipped);
        Assert.Equal(2, seen.Count);
        Assert.Equal(2, Plain().UpscaleFiles(inputs, outputs).Done); // without the other one it is another result
    }

    [Fact]
    public void ChangeMap_GrowingDifference_BrightensToTheFullScale()
    {
        RgbImage before = new(3, 1, [10, 10, 10, 10, 10, 10, 10, 10, 10]), after = new(3, 1, [10, 10, 10, 10, 42, 10, 10, 10, 200]);
        byte[] map = ChangeMap.Between(before, after).Pixels;
        Assert.Equal([0, 0, 4, 183, 55, 121, 252, 253, 191], map);
    }

    [Fact]
    public void File_OutputThatIsTheInput_IsRefused()
    {
        ImageCodec.Write(TestNetworks.Noise(8, 8, 1), In("a.png"));
        File.CreateSymbolicLink(In("link.png"), In("a.png"));
        Assert.Contains("is the input itself", Refused(() => Plain().UpscaleFile(In("a.png"), In("x/../a.png"))));
        Assert.Contains("is the input itself", Refused(() => Plain().UpscaleFile(In("link.png"), In("a.png"))));
        Assert.Contains("is the input itself", Refused(() => Plain().UpscaleFile(In("a.png"), In("b.png"), In("a.png"))));
        Assert.Contains("change map", Refused(() => Plain().UpscaleFile(In("a.png"), In("b.png"), In("b.png"))));
        Assert.False(File.Exists(In("b.png")));
    }

    [Theory]
    [InlineData("a.bmp", "ends in")]
    [InlineData("a.webp", "16,383")]
    public void File_OutputThatCantHoldThePicture_IsRefusedBeforeWork(string output, string expected)
    {
        ImageCodec.Write(new RgbImage(9000, 2), In("wide.png"));
        UpscaleNetwork never = TestNetworks.Identity() with { Predict = _ => throw new InvalidOperationException("ran") };
        Assert.Contains(expected, Refused(() => new Upscaler(never).UpscaleFile(In("wide.png"), In(output))));
    }

    [Fact]
    public void File_OutputFolderThatIsAFile_IsRefused()
    {
        ImageCodec.Write(TestNetworks.Noise(8, 8, 1), In("a.png"));
        Assert.Contains("can't be written", Refused(() => Plain().UpscaleFile(In("a.png"), In("a.png/b.png"))));
    }

    [Fact]
    public void File_HugePicture_IsRefusedFromItsHeader()
    {
        // A header alone: nothing of the 67 million pixels exists.
        byte[] png = ImageCodec.EncodePng(new RgbImage(1, 1));
        png[18] = png[22] = 0x20;
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32.HashToUInt32(png.AsSpan(12, 17)));
        File.WriteAllBytes(In("bomb.png"), png);
        var upscaler = new Upscaler(TestNetworks.Identity(), new UpscaleOptions { MemoryLimit = 1L << 30 });
        string message = Refused(() => upscaler.UpscaleFile(In("bomb.png"), In("out.png"), In("map.png")));
        Assert.Contains("1.07 GB", message);
        Assert.Contains("smaller image", message);
        Assert.Contains("write a .png", message);
        // Row by row it would fit, and turns out to hold no rows.
        Assert.Contains("bomb.png is cut short", Refused(() => upscaler.UpscaleFile(In("bomb.png"), In("out.png"))));
        Assert.Empty(Directory.GetFiles(_folder, "*out*"));
    }

    [Fact]
    public void File_UnicodeAndLongName_Works()
    {
        string name = new string('ü', 100) + "写真 ½.png";
        ImageCodec.Write(TestNetworks.Noise(8, 8, 1), In("a.png"));
        File.Copy(In("a.png"), In(name));
        Assert.Equal(16, ImageCodec.ReadHeader(Plain().UpscaleFile(In(name), In("out/" + name)).Output).Width);
    }

    [Fact]
    public void File_TransparentPng_KeepsAlphaWithoutDarkEdges()
    {
        // Red on the left, hidden black on the right: the edge must stay pure red under its fading alpha.
        var image = new RgbImage(16, 16);
        var alpha = new byte[256];
        for (int i = 0; i < 256; i++)
        {
            bool visible = i % 16 < 8;
            (image.Pixels[i * 3], alpha[i]) = visible ? ((byte)255, (byte)255) : ((byte)0, (byte)0);
        }

        File.WriteAllBytes(In("t.png"), ImageCodec.EncodePng(image, alpha));
        Plain().UpscaleFile(In("t.png"), In("o.png"));
        DecodedImage result = ImageCodec.ReadWithAlpha(In("o.png"));
        Assert.NotNull(result.Alpha);
        // Lanczos within the range of its neighbours: the edge is soft over two pixels and has no ghost beside it.
        Assert.All(Enumerable.Range(0, 1024), i => Assert.True(
            (i % 32) switch { < 15 => result.Alpha[i] == 255, > 16 => result.Alpha[i] == 0, _ => true }));
        Assert.All(Enumerable.Range(0, 1024).Where(i => result.Alpha[i] > 0), i => Assert.Equal(255, result.Image.Pixels[i * 3]));
        Plain().UpscaleFile(In("t.png"), In("o.jpg"));
        Assert.True(ImageCodec.Read(In("o.jpg")).Pixels[^1] > 240);
    }

    [Theory]
    [InlineData("o.png")]
    [InlineData("o.jpg")]
    public void File_Grey_IsWrittenAsGrey(string output)
    {
        ImageCodec.Write(new RgbImage(16, 16, [.. Enumerable.Repeat((byte)90, 768)]), In("g.png"));
        Plain().UpscaleFile(In("g.png"), In(output));
        using SKCodec codec = SKCodec.Create(In(output));
        Assert.Equal(SKColorType.Gray8, codec.Info.ColorType);
        Assert.All(ImageCodec.Read(In(output)).Pixels, v => Assert.InRange(v, 89, 91));
    }

    [Fact]
    public void File_SixteenBitPng_StaysSixteenBits()
    {
        using Tensor ramp = arange(0, 3 * 12 * 10, dtype: float32).reshape(1, 3, 12, 10) / 4000;
        File.WriteAllBytes(In("deep.png"), TestNetworks.DeepPng(ramp));
        new Upscaler(TestNetworks.Identity(1, "restoration")).UpscaleFile(In("deep.png"), In("o.png"));
        using Tensor back = TestNetworks.ReadDeep(In("o.png"));
        Assert.True((back - ramp).abs().max().item<float>() <= 0.51f / 65535);
    }

    [Fact]
    public void File_SixteenBitGreyWithAlpha_KeepsBoth()
    {
        using Tensor image = arange(0, 2 * 8 * 8, dtype: float32).reshape(1, 2, 8, 8) / 300;
        File.WriteAllBytes(In("deep.png"), TestNetworks.DeepPng(image));
        Plain().UpscaleFile(In("deep.png"), In("o.png"));
        using Tensor back = TestNetworks.ReadDeep(In("o.png"));
        Assert.Equal([1L, 4, 16, 16], back.shape);
        Assert.Equal(4, File.ReadAllBytes(In("o.png"))[25]); // grey and alpha
        Plain().UpscaleFile(In("deep.png"), In("o.webp"));
        Assert.Equal(8, ImageCodec.ReadWithAlpha(In("o.webp")).BitsPerChannel);
    }

    [Theory]
    [InlineData("a.jpg", "o.jpg")]
    [InlineData("a.jpg", "o.png")]
    [InlineData("a.png", "o.webp")]
    [InlineData("a.webp", "o.jpg")]
    public void File_ProfileAndExif_AreCarriedAcrossFormats(string input, string output)
    {
        byte[] icc = EncodedImages.Profile();
        var photo = new DecodedImage(TestNetworks.Noise(12, 20, 1), null, false, 8, "") { Metadata = new(null, icc) };
        ImageCodec.Write(photo, In(input));
        File.WriteAllBytes(In(input), EncodedImages.Turned(File.ReadAllBytes(In(input)), 6));
        ImageInfo shown = ImageCodec.ReadHeader(In(input));
        Plain().UpscaleFile(In(input), In(output));
        DecodedImage kept = ImageCodec.ReadWithAlpha(In(output));
        // Turned once, and not again by whoever shows the result.
        Assert.Equal((20, 12), (shown.Width, shown.Height));
        Assert.Equal((40, 24), (kept.Image.Width, kept.Image.Height));
        Assert.Equal(icc, kept.Metadata.IccProfile);
        Assert.InRange(EncodedImages.Orientation(kept.Metadata.Exif!), 0, 1);
    }

    [Theory]
    [InlineData("a.png", 8)]
    [InlineData("a.jpg", 8)]
    [InlineData("grey.jpg", 8)]
    [InlineData("deep.png", 16)]
    [InlineData("deep-grey.png", 16)]
    public void File_TooLargeForTheMemory_GoesThroughRowByRow(string name, int bits)
    {
        RgbImage photo = name.Contains("grey") ? new RgbImage(500, 300, [.. Enumerable.Range(0, 450_000).Select(i => (byte)(i / 3 % 256))])
            : TestNetworks.Noise(500, 300, 1);
        if (bits == 16)
        {
            using Tensor deep = photo.ToTensor() * 0.9f + 0.0123f;
            File.WriteAllBytes(In(name), TestNetworks.DeepPng(name.Contains("grey") ? deep.narrow(1, 0, 1) : deep));
        }
        else
        {
            ImageCodec.Write(new DecodedImage(photo, null, name.Contains("grey"), 8, ""), In(name));
        }

        UpscaleNetwork network = TestNetworks.Pooling();
        new Upscaler(network).UpscaleFile(In(name), In("whole.png"));
        // What is left beside the program's own 600 MB holds neither the picture decoded nor, at once, all of its tiles.
        var tight = new Upscaler(network, new UpscaleOptions { MemoryLimit = (600L << 20) + 2_200_000 });
        tight.UpscaleFile(In(name), In("rows.png"));
        Assert.Equal(bits, ImageCodec.ReadWithAlpha(In("rows.png")).BitsPerChannel);
        Assert.True(TestNetworks.MostDifference(ImageCodec.Read(In("whole.png")), ImageCodec.Read(In("rows.png"))) <= 1);
        Assert.Contains("need about", Refused(() => tight.UpscaleFile(In(name), In("rows.webp"))));
        Assert.Equal(1000, ImageCodec.ReadHeader(tight.UpscaleFile(In(name), In("rows.jpg")).Output).Width);
    }

    [Fact]
    public void File_SixteenBitPngTurnedByExif_StaysSixteenBitsAndComesOutUpright()
    {
        using Tensor stored = arange(0, 3 * 12 * 10, dtype: float32).reshape(1, 3, 12, 10) / 4000;
        File.WriteAllBytes(In("deep.png"), EncodedImages.Turned(TestNetworks.DeepPng(stored), 6));
        new Upscaler(TestNetworks.Identity(1, "restoration"), new UpscaleOptions { SelfEnsemble = true })
            .UpscaleFile(In("deep.png"), In("o.png"));
        using Tensor back = TestNetworks.ReadDeep(In("o.png"));
        Assert.Equal([1L, 3, 10, 12], back.shape);
        using Tensor upright = stored.rot90(-1, (2, 3));
        Assert.True((back - upright).abs().max().item<float>() <= 0.51f / 65535);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SixteenBitPng_InterlacedOrWithATransparentColour_IsReadWhole(bool keyed)
    {
        using Tensor image = arange(0, 3 * 11 * 9, dtype: float32).reshape(1, 3, 11, 9) * 97 / 65535;
        File.WriteAllBytes(In("deep.png"), Interlaced(image, keyed ? [0, 99 * 97, 198 * 97] : null));
        using Tensor read = TestNetworks.ReadDeep(In("deep.png"));
        Assert.Equal([1L, keyed ? 4 : 3, 11, 9], read.shape);
        Assert.True((read.narrow(1, 0, 3) - image).abs().max().item<float>() < 1e-6);
        if (keyed)
        {
            // The first pixel has the colour that is transparent.
            Assert.Equal(98, read.narrow(1, 3, 1).sum().item<float>());
            Assert.Equal(0, read[0, 3, 0, 0].item<float>());
        }
    }

    [Theory]
    [InlineData("a.jpg", "o.jpg")]
    [InlineData("a.png", "o.webp")]
    [InlineData("a.webp", "o.png")]
    public void File_Xmp_IsCarriedAcrossFormatsUpright(string input, string output)
    {
        static byte[] Packet(int orientation) =>
            System.Text.Encoding.UTF8.GetBytes($"<x:xmpmeta tiff:Orientation=\"{orientation}\" dc:title=\"ü\"/>");
        ImageCodec.Write(new DecodedImage(
            TestNetworks.Noise(12, 20, 1), null, false, 8, "") { Metadata = new(null, null) { Xmp = Packet(6) } }, In(input));
        Plain().UpscaleFile(In(input), In(output));
        Assert.Equal(Packet(1), ImageCodec.ReadWithAlpha(In(output)).Metadata.Xmp);
    }

    [Fact]
    public void File_PngTextsAndJpegComment_StayWithinTheirFormat()
    {
        ImageMetadata own = ImageMetadata.None with
        {
            Texts = new Dictionary<string, string> { ["png-comment-0-Author"] = "me" },
            PngColours = PngChunks.Chunk("gAMA"u8, [0, 0, 0xB1, 0x8F]),
            JpegComments = [0xFF, 0xFE, 0, 7, .. "hello"u8],
        };
        ImageCodec.Write(new DecodedImage(TestNetworks.Noise(12, 20, 1), null, false, 8, "") { Metadata = own }, In("a.png"));
        ImageCodec.Write(new DecodedImage(TestNetworks.Noise(12, 20, 1), null, false, 8, "") { Metadata = own }, In("a.jpg"));
        Plain().UpscaleFile(In("a.png"), In("o.png"));
        Plain().UpscaleFile(In("a.jpg"), In("o.jpg"));
        ImageMetadata png = ImageCodec.ReadWithAlpha(In("o.png")).Metadata, jpeg = ImageCodec.ReadWithAlpha(In("o.jpg")).Metadata;
        Assert.Equal("me", Assert.Single(png.Texts).Value);
        Assert.Equal(own.PngColours, png.PngColours);
        Assert.Equal(own.JpegComments, jpeg.JpegComments);
    }

    [Fact]
    public void File_JpegDensity_IsKept()
    {
        byte[] jpeg = ImageCodec.EncodeJpeg(TestNetworks.Noise(12, 20, 1), 90);
        byte[] segment = [0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 1, 1, 0x01, 0x2C, 0x00, 0x96, 0, 0]; // per inch, 300 across and 150 down
        File.WriteAllBytes(In("a.jpg"), [.. jpeg[..2], .. segment, .. jpeg[2..]]);
        foreach (string output in new[] { "o.jpg", "o.png", "o.tif" })
        {
            Plain().UpscaleFile(In("a.jpg"), In(output));
            Assert.Equal(300 / 25.4, (double)EncodedImages.Field(In(output), "xres"), 0.01);
            Assert.Equal(150 / 25.4, (double)EncodedImages.Field(In(output), "yres"), 0.01);
        }
    }

    [Fact]
    public void File_ThatChangesWhileItIsRead_IsRefused()
    {
        ImageCodec.Write(TestNetworks.Noise(8, 8, 1), In("a.png"));
        FileStamp before = FileStamp.Of(In("a.png"));
        before.RequireSame(In("a.png"));
        File.AppendAllText(In("a.png"), "more");
        Assert.Contains("changed while it was read", Refused(() => before.RequireSame(In("a.png"))));
    }

    [Fact]
    public void File_NameAtAndBeyondTheFileSystemsEnd_WorksOrIsASentence()
    {
        ImageCodec.Write(TestNetworks.Noise(8, 8, 1), In("a.png"));
        string longest = In(new string('x', 251) + ".png");
        Assert.Equal(16, ImageCodec.ReadHeader(Plain().UpscaleFile(In("a.png"), longest).Output).Width);
        Assert.Contains("can't be written", Refused(() => Plain().UpscaleFile(In("a.png"), In(new string('x', 252) + ".png"))));
    }

    [Fact]
    public void File_NoSpace_IsASentenceAndLeavesNothing()
    {
        string message = Refused(() => AtomicFile.Write(In("o.png"), _ => throw new IOException("No space left on device")));
        Assert.Contains("No space left on device", message);
        Assert.Contains("free space", message);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void File_SixteenBitPngWithProfile_KeepsIt()
    {
        byte[] icc = EncodedImages.Profile();
        using Tensor image = arange(0, 3 * 8 * 8, dtype: float32).reshape(1, 3, 8, 8) / 300;
        File.WriteAllBytes(In("deep.png"), TestNetworks.DeepPng(image, new(null, icc)));
        Plain().UpscaleFile(In("deep.png"), In("o.png"));
        DecodedImage kept = ImageCodec.ReadWithAlpha(In("o.png"));
        Assert.Equal((16, 16), (kept.BitsPerChannel, kept.Image.Width));
        Assert.Equal(icc, kept.Metadata.IccProfile);
    }

    [Fact]
    public void Folder_WithABrokenFile_DoesTheOthersAndReportsIt()
    {
        ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In("in/a.png"));
        ImageCodec.Write(TestNetworks.Noise(9, 8, 2), In("in/c.jpg"));
        byte[] whole = File.ReadAllBytes(In("in/c.jpg"));
        File.WriteAllBytes(In("in/b.jpg"), whole[..(whole.Length / 2)]);
        File.WriteAllText(In("in/d.webp"), "no image");
        UpscaleFolderResult result = Plain().UpscaleFolder(In("in"), In("out"));
        Assert.Equal((2, 0, 2), (result.Done, result.Skipped, result.Failures.Count));
        Assert.Contains("b.jpg", result.Failures[0].Message);
        Assert.Contains("d.webp", result.Failures[1].Message);
        Assert.Equal(["a.png", "c.jpg"], Directory.GetFiles(In("out"), "*.*g").Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Folder_SecondRun_SkipsWhatIsDoneWithTheseSettingsAndRedoesTheRest()
    {
        ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In("in/a.jpg"));
        ImageCodec.Write(TestNetworks.Noise(9, 8, 2), In("in/b.png"));
        Plain().UpscaleFolder(In("in"), In("out"));
        File.SetLastWriteTimeUtc(In("out/b.png"), DateTime.UtcNow.AddDays(-1));
        Assert.Equal(2, Plain().UpscaleFolder(In("in"), In("out")).Skipped);

        // Another quality concerns the lossy one; another model both; another source of an older date its own.
        var coarse = new Upscaler(TestNetworks.Identity(), new UpscaleOptions { Quality = 30 });
        Assert.Equal([UpscaleStatus.Done, UpscaleStatus.Skipped], coarse.UpscaleFolder(In("in"), In("out")).Files.Select(f => f.Status));
        var other = new Upscaler(TestNetworks.Identity() with { Name = "other" }, new UpscaleOptions { Quality = 30 });
        Assert.Equal(2, other.UpscaleFolder(In("in"), In("out")).Done);
        ImageCodec.Write(TestNetworks.Noise(9, 8, 3), In("in/b.png"));
        File.SetLastWriteTimeUtc(In("in/b.png"), DateTime.UtcNow.AddDays(-9));
        Assert.Equal([UpscaleStatus.Skipped, UpscaleStatus.Done], other.UpscaleFolder(In("in"), In("out")).Files.Select(f => f.Status));
        Assert.Equal(2, other.UpscaleFolder(In("in"), In("out"), overwrite: true).Done);
    }

    [Fact]
    public void Folder_LeftoversOfAKilledRun_AreClearedAndOthersStay()
    {
        ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In("in/a.png"));
        Directory.CreateDirectory(In("out"));
        File.WriteAllText(In("out/a.png.0123abcd.tmp"), "half a picture");
        File.WriteAllText(In("out/mine.tmp"), "of somebody else");
        using var held = new FileStream(In("out/b.png.0123abcd.tmp"), FileMode.Create, FileAccess.Write, FileShare.None);
        Plain().UpscaleFolder(In("in"), In("out"));
        Assert.Equal(["b.png.0123abcd.tmp", "mine.tmp"], Directory.GetFiles(In("out"), "*.tmp").Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Folder_SameNameInTwoKinds_KeepsBothResults()
    {
        ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In("in/a.png"));
        File.WriteAllBytes(In("in/a.bmp"), Bitmap());
        UpscaleFolderResult result = Plain().UpscaleFolder(In("in"), In("out"));
        Assert.Equal(["a.bmp.png", "a.png"], result.Files.Select(f => Path.GetFileName(f.Output)));
        Assert.Empty(result.Failures);
    }

    [Fact]
    public void Files_TwoOfOneName_SecondFails()
    {
        ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In("x/a.png"));
        ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In("y/a.png"));
        UpscaleFolderResult result = Plain().UpscaleFiles([In("x/a.png"), In("y/a.png")], [In("out/a.png"), In("out/a.png")]);
        Assert.Contains("as that of another input", Assert.Single(result.Failures).Message);
    }

    [Fact]
    public void Files_ResultThatIsAnotherInput_IsRefusedBeforeAnyWork()
    {
        ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In("x/a.png"));
        ImageCodec.Write(TestNetworks.Noise(10, 8, 2), In("y/a.png"));
        Directory.CreateSymbolicLink(In("z"), In("y"));
        byte[] before = File.ReadAllBytes(In("y/a.png"));
        Assert.Contains("one of the images to be done",
            Refused(() => Plain().UpscaleFiles([In("x/a.png"), In("y/a.png")], [In("z/a.png"), In("out/a.png")])));
        Assert.Equal(before, File.ReadAllBytes(In("y/a.png")));
        Assert.False(Directory.Exists(In("out")));
    }

    [Fact]
    public void Folder_OutputIsAnotherPicture_IsLeftAloneWithoutOverwrite()
    {
        ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In("in/a.png"));
        ImageCodec.Write(TestNetworks.Noise(10, 8, 2), In("out/a.png"));
        byte[] before = File.ReadAllBytes(In("out/a.png"));
        Assert.Contains("is not the result of", Assert.Single(Plain().UpscaleFolder(In("in"), In("out")).Failures).Message);
        Assert.Equal(before, File.ReadAllBytes(In("out/a.png")));
        Assert.Equal(1, Plain().UpscaleFolder(In("in"), In("out"), overwrite: true).Done);
    }

    [Fact]
    public void Folder_LinksToFiles_AreFollowed()
    {
        ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In("real.jpg"));
        Directory.CreateDirectory(In("in/deep"));
        File.CreateSymbolicLink(In("in/deep/link.jpg"), In("real.jpg"));
        File.CreateSymbolicLink(In("in/lost.jpg"), In("gone.jpg"));
        Directory.CreateSymbolicLink(In("in/deep/loop"), In("in"));
        UpscaleFolderResult result = Plain().UpscaleFolder(In("in"), In("out"), recursive: true);
        Assert.Equal((1, 1), (result.Done, result.Failures.Count));
        Assert.Equal(20, ImageCodec.ReadHeader(In("out/deep/link.jpg")).Width);
    }

    [Fact]
    public void File_OutputThatCanNotBeWritten_IsRefusedBeforeTheWork()
    {
        ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In("a.png"));
        File.WriteAllText(In("file"), "");
        int tiles = 0;
        foreach ((string output, string? map) in new (string, string?)[] { (In("file/o.jpg"), null), (In("o.jpg"), In("file/map.png")) })
        {
            Assert.Contains("can't be written", Refused(() => Plain().UpscaleFile(In("a.png"), output, map, new Progress(() => tiles++))));
        }

        Assert.Equal(0, tiles);
        Assert.False(File.Exists(In("o.jpg")));
    }

    [Fact]
    public void ChangeMap_OfWhatIsHidden_ShowsNoChange()
    {
        RgbImage image = TestNetworks.Noise(24, 24, 3);
        byte[] alpha = [.. Enumerable.Range(0, 24 * 24).Select(i => (byte)(i % 24 < 12 ? 0 : 255))];
        ImageCodec.Write(new DecodedImage(image, alpha, false, 8, "PNG"), In("a.png"));
        Plain().UpscaleFile(In("a.png"), In("o.png"), In("map.png"));
        Assert.All(ImageCodec.Read(In("map.png")).Pixels.Chunk(3), p => Assert.Equal([0, 0, 4], p));
    }

    [Fact]
    public void Folder_IntoItself_IsRefused()
    {
        ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In("in/a.png"));
        Assert.Contains("is the input folder itself", Refused(() => Plain().UpscaleFolder(In("in"), In("in/"))));
        Assert.Contains("lies in", Refused(() => Plain().UpscaleFolder(In("in"), In("in/large"), recursive: true)));
        Assert.Equal(1, Plain().UpscaleFolder(In("in"), In("in/large")).Done);
    }

    [Fact]
    public void Folder_WithFoldersWithin_KeepsThemInTheOutput()
    {
        foreach (string name in new[] { "in/a.png", "in/2025/a.png", "in/2025/june/b.png", "in/.thumbnails/c.png" })
        {
            ImageCodec.Write(TestNetworks.Noise(10, 8, 1), In(name));
        }

        Assert.Equal(1, Plain().UpscaleFolder(In("in"), In("flat")).Done);
        UpscaleFolderResult result = Plain().UpscaleFolder(In("in"), In("in-x2"), recursive: true);
        Assert.Equal(["2025/a.png", "2025/june/b.png", "a.png"], result.Files.Select(
            f => Path.GetRelativePath(In("in-x2"), f.Output).Replace('\\', '/')));
        Assert.Equal(3, result.Done);
        Assert.Equal(3, Plain().UpscaleFolder(In("in"), In("in-x2"), recursive: true).Skipped);
    }

    private static Upscaler Plain() => new(TestNetworks.Identity());

    [Theory]
    [InlineData("o.jpg")]
    [InlineData("o.png")]
    [InlineData("o.webp")]
    public void File_ExifThatSaysItsSize_SaysTheResults(string output)
    {
        // A first directory with width (16 bits) and the pointer to a second one with width and height (32 and 16 bits).
        byte[] block =
        [
            .. "II*\0"u8, 8, 0, 0, 0,
            2, 0, 0x00, 0x01, 3, 0, 1, 0, 0, 0, 20, 0, 0, 0, 0x69, 0x87, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0,
            2, 0, 0x02, 0xA0, 4, 0, 1, 0, 0, 0, 20, 0, 0, 0, 0x03, 0xA0, 3, 0, 1, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0,
        ];
        ImageCodec.Write(
            new DecodedImage(TestNetworks.Noise(20, 12, 1), null, false, 8, "") { Metadata = new(block, null) }, In("a.jpg"));
        Plain().UpscaleFile(In("a.jpg"), In(output));

        Assert.StartsWith("40 ", (string)EncodedImages.Field(In(output), "exif-ifd2-PixelXDimension"));
        Assert.StartsWith("24 ", (string)EncodedImages.Field(In(output), "exif-ifd2-PixelYDimension"));
    }

    private static string Refused(Action act) => Assert.Throws<InputException>(act).Message;

    private sealed class Progress(Action tell) : IProgress<UpscaleProgress>
    {
        public void Report(UpscaleProgress value) => tell();
    }

    private string In(string name) => Path.Combine(_folder, name);

    /// <summary>A 16-bit RGB PNG in Adam7's seven pictures, every row unfiltered.</summary>
    private static byte[] Interlaced(Tensor image, int[]? transparent)
    {
        int height = (int)image.shape[2], width = (int)image.shape[3];
        float[] values = image.contiguous().data<float>().ToArray();
        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach ((
                int left, int top, int right, int down) in new[] { (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4),
                (1, 0, 2, 2), (0, 1, 1, 2) })
            {
                for (int y = top; y < height && left < width; y += down)
                {
                    zlib.WriteByte(0);
                    for (int x = left; x < width; x += right)
                    {
                        for (int c = 0; c < 3; c++)
                        {
                            zlib.Write(Big16((int)Math.Round(values[(((c * height) + y) * width) + x] * 65535)));
                        }
                    }
                }
            }
        }

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        file.Write(PngChunks.Chunk("IHDR"u8, [0, 0, 0, (byte)width, 0, 0, 0, (byte)height, 16, 2, 0, 0, 1]));
        if (transparent is not null)
        {
            file.Write(PngChunks.Chunk("tRNS"u8, [.. transparent.SelectMany(Big16)]));
        }

        // Cut in two: the packed pixels may lie in any number of chunks.
        byte[] data = packed.ToArray();
        file.Write(PngChunks.Chunk("IDAT"u8, data[..10]));
        file.Write(PngChunks.Chunk("IDAT"u8, data[10..]));
        file.Write(PngChunks.Chunk("IEND"u8, []));
        return file.ToArray();

        static byte[] Big16(int value) => [(byte)(value >> 8), (byte)value];
    }

    /// <summary>A 2×1 BMP of 24 bits.</summary>
    private static byte[] Bitmap()
        => [.. "BM"u8, 62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, .. new byte[24], 1, 2, 3, 4,
            5, 6, 0, 0];
}
