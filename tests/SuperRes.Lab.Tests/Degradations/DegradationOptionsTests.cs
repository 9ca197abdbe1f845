using System.Text.Json;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Degradations;

public sealed class DegradationOptionsTests
{
    public static TheoryData<string> Presets => [.. DegradationPresets.Names];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Preset_ThroughJson_ComesBackEqualAndValid(string name)
    {
        DegradationOptions preset = DegradationPresets.Find(name);
        preset.Validate();

        string json = JsonSerializer.Serialize(preset, OptionsJson.Indented);

        Assert.Equal(preset, Read(json));
        Assert.Contains("\"factor\": ", json);
    }

    [Fact]
    public void Defaults_AreFastaisAndTheArticles()
    {
        DegradationOptions options = new();

        GeometryOptions geometry = options.Geometry;
        Assert.Equal(
            (0.5, 10, 1.1, 0.2, 0.75),
            (geometry.FlipProbability, geometry.MaxRotate, geometry.MaxZoom, geometry.MaxWarp, geometry.AffineProbability));
        Assert.Equal((0.2, 0.75), (options.Lighting.MaxLighting, options.Lighting.Probability));
        Assert.Equal((new Interval(10, 95), 1), (options.Jpeg.Quality, options.Jpeg.Probability));
        Assert.Equal((new Interval(2, 2), ResampleFilter.Bilinear), (options.Downscale.Factor, options.Downscale.Enlarge));
    }

    [Fact]
    public void Json_PartialWithIntervals_KeepsTheOtherDefaults()
    {
        DegradationOptions options = Read("""{"jpeg":{"quality":[30,60]},"downscale":{"factor":4,"kernels":["bicubic"]}}""");

        Assert.Equal(new Interval(30, 60), options.Jpeg.Quality);
        Assert.Equal(1, options.Jpeg.Probability);
        Assert.Equal(new Interval(4, 4), options.Downscale.Factor);
        Assert.Equal([ResampleFilter.Bicubic], options.Downscale.Kernels);
        Assert.Equal(new GeometryOptions(), options.Geometry);
    }

    [Theory]
    [InlineData("""{"jpg":{}}""", "the key \"jpg\" is unknown; did you mean \"jpeg\"?")]
    [InlineData("""{"jpeg":{"qualty":[1,2]}}""", "$.jpeg.qualty (line 1): the key \"qualty\" is unknown; did you mean \"quality\"?")]
    [InlineData("""{"jpeg":{"quality":[1,2,3]}}""", "$.jpeg.quality")]
    [InlineData("""{"jpeg":{"quality":"high"}}""", "$.jpeg.quality")]
    [InlineData("""{"jpeg":null}""", "$.jpeg")]
    public void Json_UnknownKeyOrWrongType_IsRefused(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Validate_OutsideRange_NamesPathValueAndRange()
    {
        AssertMessage(new() { Jpeg = new() { Quality = (0, 95) } }, "at.jpeg.quality is 0–95; the allowed range is 1 to 100");
        AssertMessage(new() { Holes = new() { Probability = 1.5 } }, "at.holes.probability is 1.5; the allowed range is 0 to 1");
        AssertMessage(new() { Blur = new() { Sigma = (2, 1) } }, "at.blur.sigma is [2, 1]");
        AssertMessage(new() { Blur = new() { Sigma = double.NaN } }, "at.blur.sigma");
        AssertMessage(new() { Downscale = new() { Kernels = [] } }, "at.downscale.kernels is an empty list");
        AssertMessage(new() { Holes = new() { Fill = (HoleFill)9 } }, "at.holes.fill is 9; use one of Random, White, Black, Grey");

        static void AssertMessage(DegradationOptions options, string expected) =>
            Assert.StartsWith(expected, Assert.Throws<InputException>(() => options.Validate("at")).Message);
    }

    [Fact]
    public void Find_UnknownPreset_NamesTheOnesThereAre() =>
        Assert.Contains("inpainting", Assert.Throws<InputException>(() => DegradationPresets.Find("magic")).Message);

    private static DegradationOptions Read(string json) => OptionsJson.Read<DegradationOptions>(json, "test");
}
