using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Tests.Metrics;

public sealed class PsnrSsimGoldenTests
{
    [Fact]
    public void FormulaImages_AgainstGolden_AgreeTo1e6()
    {
        JsonElement golden = Shared.Golden("metrics.json");
        foreach (JsonElement pair in golden.GetProperty("pairs").EnumerateArray())
        {
            string[] b = pair.GetProperty("B").GetString()!.Split(' ');
            int[] size = [.. b[1].Split('x').Select(int.Parse)];
            // The file writes height × width.
            RgbImage target = FormulaImages.A(size[1], size[0]);
            RgbImage prediction = FormulaImages.B(size[1], size[0], double.Parse(b[3], CultureInfo.InvariantCulture));
            Assert.Equal(pair.GetProperty("md5_A").GetString(), Md5(target));
            Assert.Equal(pair.GetProperty("md5_B").GetString(), Md5(prediction));
            AssertMetrics(pair.GetProperty("metrics"), prediction, target);
        }
    }

    [Fact]
    public void EqualPictures_AgainstGolden_AreInfiniteAndOne()
        => AssertMetrics(Shared.Golden("metrics.json").GetProperty("identical"), FormulaImages.A(32, 24), FormulaImages.A(32, 24));

    [Fact]
    public void BlackAgainstWhite_AgainstGolden_Agrees()
    {
        JsonElement golden = Shared.Golden("metrics.json").GetProperty("black_vs_white_16x16");
        RgbImage black = FormulaImages.Flat(16, 16, 0), white = FormulaImages.Flat(16, 16, 255);
        Assert.Equal(golden.GetProperty("psnr_rgb").GetDouble(), Psnr.Rgb(black, white), 1e-9);
        Assert.Equal(golden.GetProperty("psnr_y_float").GetDouble(), Psnr.Y(black, white), 1e-9);
        Assert.Equal(golden.GetProperty("ssim_rgb").GetDouble(), Ssim.Rgb(black, white), 1e-12);
    }

    [Theory]
    [InlineData("baby")]
    [InlineData("butterfly")]
    public void ResampledPhotos_AgainstGolden_AgreeTo1e6(string name)
    {
        JsonElement real = Shared.Golden("metrics.json").GetProperty("real_images").GetProperty(name);
        RgbImage image = ImageCodec.Read(Shared.Require(real.GetProperty("file").GetString()!.Split('/')));
        foreach (JsonProperty named in real.GetProperty("cases").EnumerateObject())
        {
            JsonElement golden = named.Value;
            int[] size = Size(golden, "cropped_WxH"), small = Size(golden, "lr_size_WxH");
            string[] filters = named.Name.Split('_');
            RgbImage target = image.Crop(0, 0, size[0], size[1]);
            RgbImage low = Resampler.Resize(target, small[0], small[1], Filter(filters[1]["down".Length..]));
            RgbImage prediction = Resampler.Resize(low, size[0], size[1], Filter(filters[2]["up".Length..]));
            Assert.Equal(golden.GetProperty("sr_md5").GetString(), Md5(prediction));
            AssertMetrics(golden.GetProperty("metrics_sr_vs_hr"), prediction, target);
        }
    }

    private static void AssertMetrics(JsonElement golden, RgbImage prediction, RgbImage target)
    {
        foreach (int shave in (int[])[0, 2, 4])
        {
            JsonElement expected = golden.GetProperty($"shave{shave}");
            ImageQuality quality = ImageQuality.Measure(prediction, target, shave);
            AssertDecibel(expected.GetProperty("psnr_rgb"), quality.PsnrRgb);
            AssertDecibel(expected.GetProperty("psnr_y_float"), quality.PsnrY);
            Assert.Equal(expected.GetProperty("ssim_rgb").GetDouble(), quality.SsimRgb, 1e-9);
            Assert.Equal(expected.GetProperty("ssim_y_float").GetDouble(), quality.SsimY, 1e-9);
            Assert.Equal(quality.PsnrRgb, Psnr.Rgb(prediction, target, shave));
            Assert.Equal(quality.PsnrY, Psnr.Y(prediction, target, shave));
            Assert.Equal(quality.SsimY, Ssim.Y(prediction, target, shave));
        }
    }

    private static void AssertDecibel(JsonElement expected, double actual)
    {
        if (expected.ValueKind == JsonValueKind.String)
        {
            Assert.Equal(double.PositiveInfinity, actual);
            return;
        }

        Assert.Equal(expected.GetDouble(), actual, 1e-6);
    }

    private static int[] Size(JsonElement golden, string key) => [.. golden.GetProperty(key).EnumerateArray().Select(v => v.GetInt32())];

    private static ResampleFilter Filter(string name) => Enum.Parse<ResampleFilter>(name, ignoreCase: true);

    private static string Md5(RgbImage image) => Convert.ToHexStringLower(MD5.HashData(image.Pixels));
}
