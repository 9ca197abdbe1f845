using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Tests.Photos;

namespace SuperRes.Lab.Tests.Degradations;

public sealed class DegradationPipelineTests
{
    private static readonly DegradationOptions Nothing = new()
    {
        Geometry = GeometryOptions.None,
        Lighting = LightingOptions.None,
        Downscale = new() { Probability = 0 },
        Jpeg = new() { Probability = 0 },
    };

    private static readonly RgbImage Photo = TestPhotos.Make(3, 96, 80);

    public static TheoryData<string> Names => [.. OneAlone.Keys];

    private static Dictionary<string, DegradationOptions> OneAlone => new(StringComparer.Ordinal)
    {
        ["greyscale"] = Nothing with { Greyscale = new() { Probability = 1 } },
        ["scratches"] = Nothing with { Scratches = new() { Probability = 1 } },
        ["folds"] = Nothing with { Folds = new() { Probability = 1 } },
        ["holes"] = Nothing with { Holes = new() { Probability = 1 } },
        ["text"] = Nothing with { Text = new() { Probability = 1 } },
        ["watermark"] = Nothing with { Watermark = new() { Probability = 1 } },
        ["blur"] = Nothing with { Blur = new() { Probability = 1 } },
        ["downscale"] = Nothing with { Downscale = new() },
        ["gaussian noise"] = Nothing with { GaussianNoise = new() { Probability = 1, StandardDeviation = (5, 15) } },
        ["poisson noise"] = Nothing with { PoissonNoise = new() { Probability = 1 } },
        ["jpeg"] = Nothing with { Jpeg = new() },
        ["webp"] = Nothing with { Webp = new() { Probability = 1 } },
    };

    [Fact]
    public void Apply_WithEverythingOff_GivesTheCentreCropTwice()
    {
        ImagePair pair = new DegradationPipeline(Nothing).Apply(Photo, 48, new RandomStream(1, "test"));

        Assert.Equal(Photo.Crop(24, 16, 48, 48).Pixels, pair.Target.Pixels);
        Assert.Equal(pair.Target.Pixels, pair.Input.Pixels);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_OneDegradation_ChangesTheInputAloneAndRepeatably(string name)
    {
        var pipeline = new DegradationPipeline(OneAlone[name]);
        RgbImage crop = Photo.Crop(24, 16, 48, 48);
        for (int seed = 0; seed < 8; seed++)
        {
            ImagePair pair = pipeline.Apply(Photo, 48, new RandomStream(seed, "test"));

            Assert.Equal(crop.Pixels, pair.Target.Pixels);
            Assert.NotEqual(crop.Pixels, pair.Input.Pixels);
            Assert.Equal(pair.Input.Pixels, pipeline.Apply(Photo, 48, new RandomStream(seed, "test")).Input.Pixels);
            Assert.Equal(pair.Input.Pixels, pipeline.Degrade(crop, new RandomStream(seed, "test")).Pixels);
        }
    }

    [Fact]
    public void Apply_GeometryAndLighting_MoveBothAlike()
    {
        LightingOptions lighting = new() { GammaProbability = 1, SaturationProbability = 1 };
        var pipeline = new DegradationPipeline(Nothing with { Geometry = new(), Lighting = lighting });
        HashSet<string> seen = [];
        for (int seed = 0; seed < 20; seed++)
        {
            ImagePair pair = pipeline.Apply(Photo, 48, new RandomStream(seed, "test"));
            Assert.Equal(pair.Target.Pixels, pair.Input.Pixels);
            seen.Add(Convert.ToHexString(pair.Target.Pixels));
        }

        Assert.Equal(20, seen.Count);
    }

    [Fact]
    public void Apply_SwitchingOneDegradation_LeavesTheOthersDraws()
    {
        DegradationOptions with = new() { GaussianNoise = new() { Probability = 1 } };
        for (int seed = 0; seed < 5; seed++)
        {
            Assert.Equal(
                new DegradationPipeline(new()).Apply(Photo, 48, new RandomStream(seed, "test")).Target.Pixels,
                new DegradationPipeline(with).Apply(Photo, 48, new RandomStream(seed, "test")).Target.Pixels);
        }
    }

    [Theory]
    [InlineData(ResampleFilter.Bilinear, ResampleFilter.Bilinear, 2)]
    [InlineData(ResampleFilter.Bicubic, ResampleFilter.Nearest, 3)]
    [InlineData(ResampleFilter.Lanczos, ResampleFilter.Bicubic, 4)]
    public void Degrade_Downscale_EqualsTheResampler(ResampleFilter kernel, ResampleFilter enlarge, int factor)
    {
        DownscaleOptions downscale = new() { Factor = factor, Kernels = [kernel], Enlarge = enlarge };
        var pipeline = new DegradationPipeline(Nothing with { Downscale = downscale });
        RgbImage small = Resampler.Resize(Photo, (int)Math.Round(96.0 / factor), (int)Math.Round(80.0 / factor), kernel);

        Assert.Equal(Resampler.Resize(small, 96, 80, enlarge).Pixels, pipeline.Degrade(Photo, new RandomStream(1, "test")).Pixels);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(95)]
    public void Degrade_Jpeg_IsARealRoundTrip(int quality)
    {
        RgbImage expected = ImageCodec.Decode(ImageCodec.EncodeJpeg(Photo, quality), "test");
        RgbImage actual = Degrade(Photo, Nothing with { Jpeg = new() { Quality = quality } });

        Assert.Equal(expected.Pixels, actual.Pixels);
    }

    [Fact]
    public void Degrade_MarkedLast_PaintsOverTheCompressedPicture()
    {
        DegradationOptions compressed = Nothing with { Jpeg = new() { Quality = 10 } };
        HoleOptions holes = new() { Probability = 1, Fill = HoleFill.White, StrokeShare = 0 };
        RgbImage Degraded(DegradationOptions options) => new DegradationPipeline(options).Degrade(Photo, new RandomStream(1, "test"));
        byte[] marks = Degraded(Nothing with { Holes = holes }).Pixels;
        byte[] stored = Degraded(compressed).Pixels;

        byte[] expected = [.. marks.Select((mark, i) => mark == Photo.Pixels[i] ? stored[i] : mark)];
        Assert.Contains((byte)255, expected);
        Assert.Equal(expected, Degraded(compressed with { Holes = holes, MarkedLast = 1 }).Pixels);
        Assert.NotEqual(expected, Degraded(compressed with { Holes = holes }).Pixels);
    }

    [Fact]
    public void Degrade_Webp_IsARealRoundTrip()
    {
        RgbImage expected = ImageCodec.Decode(ImageCodec.EncodeWebp(Photo, 40), "test");
        RgbImage actual = Degrade(Photo, Nothing with { Webp = new() { Probability = 1, Quality = 40 } });

        Assert.InRange(MeanDifference(expected, actual), 0, 1.5);
        Assert.InRange(MeanDifference(Photo, actual), 1, 20);
    }

    [Fact]
    public void Degrade_GaussianNoise_HasTheGivenDeviation()
    {
        RgbImage grey = Flat(100, 128);
        RgbImage noisy = Degrade(grey, Nothing with { GaussianNoise = new() { Probability = 1, StandardDeviation = 10, GreyShare = 0 } });

        (double mean, double deviation) = Moments(noisy);
        Assert.Equal(128, mean, 0.3);
        Assert.Equal(Math.Sqrt(100 + (1 / 12.0)), deviation, 0.2);
    }

    [Theory]
    [InlineData(64, 200)]
    [InlineData(128, 200)]
    [InlineData(30, 128)]
    public void Degrade_PoissonNoise_HasTheSquareRootsDeviation(double photons, byte level)
    {
        RgbImage noisy = Degrade(Flat(100, level), Nothing with { PoissonNoise = new() { Probability = 1, Photons = photons } });

        double rounded = Math.Pow(2, Math.Round(2 * Math.Log2(photons)) / 2);
        (double mean, double deviation) = Moments(noisy);
        double expected = 255 * Math.Sqrt(level / 255.0 / rounded);
        // At 200 of 255 a part of the bright tail is clipped.
        Assert.Equal(level, mean, 0.03 * level);
        Assert.InRange(deviation, expected * 0.8, expected * 1.05);
    }

    [Fact]
    public void Degrade_Greyscale_IsPillowsLuma()
    {
        RgbImage grey = Degrade(Photo, Nothing with { Greyscale = new() { Probability = 1 } });
        for (int i = 0; i < Photo.Pixels.Length; i += 3)
        {
            int luma = ((Photo.Pixels[i] * 19595) + (Photo.Pixels[i + 1] * 38470) + (Photo.Pixels[i + 2] * 7471) + 0x8000) >> 16;
            Assert.Equal((luma, luma, luma), (grey.Pixels[i], grey.Pixels[i + 1], grey.Pixels[i + 2]));
        }
    }

    [Fact]
    public void Degrade_Holes_FillWithTheColourAndLeaveTheRest()
    {
        RgbImage photo = Flat(100, 100);
        RgbImage holed = Degrade(
            photo, Nothing with { Holes = new() { Probability = 1, Count = 3, StrokeShare = 0, Fill = HoleFill.Black } }, seed: 4);

        Assert.All(holed.Pixels, value => Assert.True(value is 0 or 100));
        Assert.InRange(holed.Pixels.Count(v => v == 0) / 3, 20, 3 * 25 * 25);
    }

    [Fact]
    public void Degrade_Blur_KeepsAFlatPictureAndSmoothsAnEdge()
    {
        var pipeline = new DegradationPipeline(Nothing with { Blur = new() { Probability = 1, Sigma = 1.5 } });
        Assert.All(pipeline.Degrade(Flat(40, 77), new RandomStream(1, "test")).Pixels, value => Assert.Equal(77, value));

        var edge = new RgbImage(40, 40);
        for (int i = 0; i < edge.Pixels.Length; i++)
        {
            edge.Pixels[i] = (byte)(i / 3 % 40 < 20 ? 0 : 200);
        }

        // The blurred step is the normal distribution function.
        byte[] row = pipeline.Degrade(edge, new RandomStream(1, "test")).Pixels[(20 * 120)..(21 * 120)];
        Assert.Equal(200 * 0.3695, row[19 * 3], 3.0);
        Assert.Equal(200 * 0.1587, row[18 * 3], 3.0);
        Assert.Equal(200 * 0.6305, row[20 * 3], 3.0);
    }

    [Fact]
    public void Apply_PhotoSmallerThanTheCrop_SaysSo()
    {
        var e = Assert.Throws<InputException>(() => new DegradationPipeline(new()).Apply(Photo, 128, new RandomStream(1, "test")));
        Assert.Contains("96×80", e.Message);
        Assert.Contains("128×128", e.Message);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(9, 500)]
    public void Degrade_OddSizes_Work(int width, int height)
    {
        var pipeline = new DegradationPipeline(DegradationPresets.Find("all"));
        for (int seed = 0; seed < 30; seed++)
        {
            RgbImage result = pipeline.Degrade(TestPhotos.Make(seed, width, height), new RandomStream(seed, "test"));
            Assert.Equal((width, height), (result.Width, result.Height));
        }
    }

    private static RgbImage Degrade(RgbImage photo, DegradationOptions options, long seed = 1) =>
        new DegradationPipeline(options).Degrade(photo, new RandomStream(seed, "test"));

    private static RgbImage Flat(int side, byte level)
    {
        var image = new RgbImage(side, side);
        image.Pixels.AsSpan().Fill(level);
        return image;
    }

    private static (double Mean, double Deviation) Moments(RgbImage image)
    {
        double mean = image.Pixels.Average(v => (double)v);
        return (mean, Math.Sqrt(image.Pixels.Average(v => (v - mean) * (v - mean))));
    }

    private static double MeanDifference(RgbImage a, RgbImage b) => a.Pixels.Zip(b.Pixels, (x, y) => (double)Math.Abs(x - y)).Average();
}
