using System.Security.Cryptography;
using System.Text.Json;
using SuperRes.Lab.Imaging;
using TorchSharp;

namespace SuperRes.Lab.Tests.Imaging;

public sealed class ResamplerTests
{
    [Fact]
    public void Resize_OfGoldenRgbImages_EqualsPillowEverywhere()
    {
        JsonElement golden = Shared.Golden("resize.json");
        int compared = 0;
        foreach (JsonProperty entry in golden.GetProperty("resized").EnumerateObject())
        {
            string[] parts = entry.Name.Split('_');
            RgbImage source = Source(golden, parts[0]);
            int width = entry.Value.GetProperty("W").GetInt32(), height = entry.Value.GetProperty("H").GetInt32();
            RgbImage result = Resampler.Resize(source, width, height, Enum.Parse<ResampleFilter>(parts[^1], ignoreCase: true));
            Assert.Equal(Bytes(entry.Value.GetProperty("values")), result.Pixels);
            compared++;
        }

        Assert.Equal(56, compared);
    }

    [Fact]
    public void ResizePlane_OfGoldenChannel_EqualsPillowsModeL()
    {
        JsonElement golden = Shared.Golden("resize.json");
        byte[] plane = [.. Source(golden, "pattern").Pixels.Where((_, i) => i % 3 == 1)];
        foreach (JsonProperty entry in golden.GetProperty("L_mode_channel1_of_pattern").EnumerateObject())
        {
            (int width, int height, ResampleFilter filter) = Parse(entry.Name);
            Assert.Equal(Bytes(entry.Value), Resampler.ResizePlane(plane, 16, 12, width, height, filter));
        }
    }

    [Theory]
    [InlineData(torch.ScalarType.Float32, 1e-6)]
    [InlineData(torch.ScalarType.Float64, 1e-6)]
    public void Resize_OfGoldenTensor_EqualsPillowsModeF(torch.ScalarType type, double tolerance)
    {
        JsonElement golden = Shared.Golden("resize.json");
        using var scope = torch.NewDisposeScope();
        float[] values = [.. Source(golden, "pattern").Pixels.Where((_, i) => i % 3 == 0).Select(b => (float)b)];
        torch.Tensor images = torch.tensor(values).reshape(1, 1, 12, 16).expand(2, 3, -1, -1).to(type);
        foreach (JsonProperty entry in golden.GetProperty("float_mode_F_channel0_of_pattern").EnumerateObject())
        {
            (int width, int height, ResampleFilter filter) = Parse(entry.Name);
            torch.Tensor result = Resampler.Resize(images, height, width, filter);
            Assert.Equal([2, 3, height, width], result.shape);
            Assert.Equal(type, result.dtype);
            double[] expected = [.. entry.Value.EnumerateArray().Select(v => v.GetDouble())];
            double worst = (result[1, 2].flatten().to(torch.float64) - torch.tensor(expected)).abs().max().item<double>();
            Assert.True(worst <= tolerance * 255, $"{entry.Name}: {worst}");
        }
    }

    [Theory]
    [InlineData("baby")]
    [InlineData("butterfly")]
    public void Resize_OfGoldenPhotos_HasPillowsChecksums(string name)
    {
        JsonElement entry = Shared.Golden("metrics.json").GetProperty("real_images").GetProperty(name);
        RgbImage photo = ImageCodec.Read(Shared.Require("images", "golden", name + ".png"));
        Assert.Equal(entry.GetProperty("hr_md5").GetString(), Md5(photo));
        foreach (JsonProperty recipe in entry.GetProperty("cases").EnumerateObject())
        {
            int[] cropped = [.. recipe.Value.GetProperty("cropped_WxH").EnumerateArray().Select(v => v.GetInt32())];
            int[] small = [.. recipe.Value.GetProperty("lr_size_WxH").EnumerateArray().Select(v => v.GetInt32())];
            string[] filters = [.. recipe.Name.Split('_')[1..].Select(part => part.Replace("down", "").Replace("up", ""))];
            RgbImage low = Resampler.Resize(photo.Crop(0, 0, cropped[0], cropped[1]), small[0], small[1],
                Enum.Parse<ResampleFilter>(filters[0], true));
            RgbImage high = Resampler.Resize(low, cropped[0], cropped[1], Enum.Parse<ResampleFilter>(filters[1], true));
            Assert.Equal(recipe.Value.GetProperty("lr_md5").GetString(), Md5(low));
            Assert.Equal(recipe.Value.GetProperty("sr_md5").GetString(), Md5(high));
        }
    }

    [Fact]
    public void Resize_OfManySizes_EqualsThePlainSum()
    {
        // Sizes around the widths of vector registers, with every kernel, against the definition written out once more.
        var random = new RandomStream(5, "resampler-test");
        for (int round = 0; round < 300; round++)
        {
            ResampleFilter filter = (ResampleFilter)random.NextInt(1, 5);
            int channels = random.Chance(0.5) ? 3 : 1;
            (int w, int h) = (random.NextInt(1, 70), random.NextInt(1, 40));
            (int outW, int outH) = (random.NextInt(1, 90), random.NextInt(1, 50));
            var source = new byte[w * h * channels];
            for (int i = 0; i < source.Length; i++)
            {
                source[i] = random.Chance(0.3) ? (byte)(random.NextInt(2) * 255) : (byte)random.NextInt(256);
            }

            var target = new byte[outW * outH * channels];
            Resampler.Resize(source, w, h, target, outW, outH, channels, filter);
            Assert.Equal(PlainSum(source, w, h, outW, outH, channels, filter), target);
        }
    }

    [Fact]
    public void Resize_OfLargeImageOnManyThreads_EqualsTheSameOnOne()
    {
        var random = new RandomStream(6, "resampler-test");
        var source = new RgbImage(1500, 1100);
        for (int i = 0; i < source.Pixels.Length; i++)
        {
            source.Pixels[i] = (byte)random.NextBits();
        }

        RgbImage expected = Resampler.Resize(source, 777, 2001, ResampleFilter.Lanczos);
        var results = new RgbImage[4];
        Parallel.For(0, results.Length, i => results[i] = Resampler.Resize(source, 777, 2001, ResampleFilter.Lanczos));
        Assert.All(results, result => Assert.Equal(Md5(expected), Md5(result)));
        byte[] part = PlainSum(source.Crop(0, 0, 1500, 20).Pixels, 1500, 20, 777, 20, 3, ResampleFilter.Lanczos);
        Assert.Equal(part, Resampler.Resize(source.Crop(0, 0, 1500, 20), 777, 20, ResampleFilter.Lanczos).Pixels);
    }

    [Fact]
    public void Resize_OfTensorToTheSameSize_GivesACopy()
    {
        using torch.Tensor images = torch.ones(1, 3, 4, 5);
        using torch.Tensor result = Resampler.Resize(images, 4, 5, ResampleFilter.Bicubic);
        result.fill_(7);
        Assert.Equal(1f, images.max().item<float>());
    }

    [Fact]
    public void Resize_OfTensor_LeavesNoTensorBehind()
    {
        using torch.Tensor images = torch.rand(2, 3, 20, 30);
        using var scope = torch.NewDisposeScope();
        using torch.Tensor result = Resampler.Resize(images, 33, 17, ResampleFilter.Lanczos);
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void Resize_OfFloatTensorOfPhoto_RoundsToThe8BitResult()
    {
        // Only the rounding between the passes sets them apart: at most one step, and rarely.
        var random = new RandomStream(8, "resampler-test");
        var image =
            new RgbImage(40, 30, [.. Enumerable.Range(0, 3600).Select(i => (byte)(128 + (60 * Math.Sin(i * 0.01)) + random.NextInt(20)))]);
        using torch.Tensor tensor = image.ToTensor();
        using torch.Tensor resized = Resampler.Resize(tensor, 15, 20, ResampleFilter.Bicubic);
        RgbImage expected = Resampler.Resize(image, 20, 15, ResampleFilter.Bicubic);
        RgbImage actual = RgbImage.FromTensor(resized);
        Assert.All(expected.Pixels.Zip(actual.Pixels), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, -1)]
    public void Resize_ToNothing_IsRefused(int width, int height)
    {
        var image = new RgbImage(4, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resize(image, width, height, ResampleFilter.Bilinear));
    }

    [Fact]
    public void Resize_OfSpansThatDoNotFit_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Resampler.Resize(new byte[10], 2, 2, new byte[27], 3, 3, 3, ResampleFilter.Box));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resize(new byte[8], 2, 2, new byte[18], 3, 3, 2, ResampleFilter.Box));
        using torch.Tensor three = torch.ones(3, 4, 4);
        Assert.Throws<ArgumentException>(() => Resampler.Resize(three, 2, 2, ResampleFilter.Box));
    }

    private static byte[] PlainSum(byte[] source, int w, int h, int outW, int outH, int channels, ResampleFilter filter)
    {
        byte[] across = w == outW ? source : PlainAxis(source, h, w, channels, outW, filter);
        if (h == outH)
        {
            return across;
        }

        // Down is across on the picture whose rows are its columns: one "row" of h pixels, each outW × channels bytes wide.
        return PlainAxis(across, 1, h, outW * channels, outH, filter);
    }

    private static byte[] PlainAxis(byte[] source, int rows, int from, int channels, int to, ResampleFilter filter)
    {
        double radius = filter switch { ResampleFilter.Box => 0.5, ResampleFilter.Bicubic => 2, ResampleFilter.Lanczos => 3, _ => 1 };
        double scale = (double)from / to, widen = Math.Max(1, scale);
        var result = new byte[rows * to * channels];
        for (int i = 0; i < to; i++)
        {
            double center = (i + 0.5) * scale;
            int first = Math.Max(0, (int)(center - (radius * widen) + 0.5)), end = Math.Min(from, (int)(center + (radius * widen) + 0.5));
            double[] weights =
                [.. Enumerable.Range(first, end - first).Select(j => ResampleKernel.Value(filter, (j - center + 0.5) * (1 / widen)))];
            double sum = weights.Sum();
            int[] units = [.. weights.Select(weight => (int)((weight / sum * (1 << 22)) + (weight / sum < 0 ? -0.5 : 0.5)))];
            for (int row = 0; row < rows; row++)
            {
                for (int c = 0; c < channels; c++)
                {
                    int total = 1 << 21;
                    for (int j = 0; j < units.Length; j++)
                    {
                        total += units[j] * source[((((row * from) + first + j)) * channels) + c];
                    }

                    result[(((row * to) + i) * channels) + c] = (byte)Math.Clamp(total >> 22, 0, 255);
                }
            }
        }

        return result;
    }

    private static (int Width, int Height, ResampleFilter Filter) Parse(string name)
    {
        string[] parts = name.Split('_');
        int[] size = [.. parts[0].Split('x').Select(int.Parse)];
        return (size[0], size[1], Enum.Parse<ResampleFilter>(parts[1], ignoreCase: true));
    }

    private static RgbImage Source(JsonElement golden, string name) =>
        new(16, 12, Bytes(golden.GetProperty("source").GetProperty(name).GetProperty("values")));

    private static byte[] Bytes(JsonElement values) => [.. values.EnumerateArray().Select(v => v.GetByte())];

    private static string Md5(RgbImage image) => Convert.ToHexStringLower(MD5.HashData(image.Pixels));
}
