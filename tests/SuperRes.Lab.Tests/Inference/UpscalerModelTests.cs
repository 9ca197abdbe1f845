#pragma warning disable xUnit1051 // Strips of a few pixels: there is nothing to cancel.
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Inference;

public sealed class UpscalerModelTests
{
    private static readonly UnetOptions _small = new() { Body = "resnet18", Width = 0.125, Blocks = [1, 1, 1, 1] };

    [Theory]
    [InlineData(390, 37)]
    [InlineData(33, 401)]
    public void Upscale_UnetInTiles_EqualsUntiled(int width, int height)
    {
        using RestorationModel model = Model(_small);
        UpscaleNetwork network = Squeezed(UpscaleNetwork.Of(model));
        RgbImage strip = TestNetworks.Noise(width, height, 1);
        var tiled = new Upscaler(network, new UpscaleOptions { Tile = 64 });
        Assert.True(tiled.Plan(width, height).IsExact);
        Assert.True(tiled.Plan(width, height).Count > 8);
        Assert.True(TestNetworks.MostDifference(new Upscaler(network).Upscale(strip), tiled.Upscale(strip)) <= 1);
    }

    [Fact]
    public void Upscale_Bfloat16_StaysNearFloat32()
    {
        using RestorationModel model = Model(_small with { Residual = true });
        RgbImage image = TestNetworks.Noise(24, 20, 2);
        RgbImage whole = new Upscaler(model).Upscale(image);
        RgbImage half = new Upscaler(model, new UpscaleOptions { Dtype = ScalarType.BFloat16 }).Upscale(image);
        Assert.InRange(TestNetworks.MostDifference(whole, half), 0, 3);
    }

    [Fact]
    public void Model_OfTheUpscaler_KeepsNameTaskAndScale()
    {
        using RestorationModel model = Model(_small);
        Assert.Equal(2, new Upscaler(model).Scale);
        Assert.Equal("small", EvaluatedModel.Of(model).Name);
        Assert.Equal(64, EvaluatedModel.Of(model, scale: 4).Run(TestNetworks.Noise(16, 12, 3)).Width);
        Assert.Contains("small can't upscale ×3", Assert.Throws<InputException>(() => EvaluatedModel.Of(model, scale: 3)).Message);
    }

    private static RestorationModel Model(UnetOptions options) => new(new DynamicUnet(options), new ModelCard { Model = options }, "small");

    /// <summary>An untrained network's values reach beyond 0–1, where clamping would hide differences.</summary>
    private static UpscaleNetwork Squeezed(UpscaleNetwork network) => network with { Predict = x => network.Predict(x).sigmoid() };
}
