using System.Text.Json;
using SuperRes.Lab.Imaging;
using TorchSharp;

namespace SuperRes.Lab.Tests.Imaging;

public sealed class ColorSpaceTests
{
    [Fact]
    public void RgbToY_OfPrimaries_EqualsMatlabsRgb2ycbcr()
    {
        var image = new RgbImage(5, 1, [0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255]);
        double[] expected = [16, 235, 81.481, 144.553, 40.966];
        double[] luma = ColorSpace.RgbToY(image);
        Assert.All(expected.Zip(luma), pair => Assert.Equal(pair.First, pair.Second, 10));
    }

    [Fact]
    public void RgbToY_OfGoldenBlackAndWhite_HasTheGoldenRange()
    {
        JsonElement golden = Shared.Golden("metrics.json").GetProperty("black_vs_white_16x16");
        Assert.Equal(golden.GetProperty("y_black").GetDouble(), ColorSpace.RgbToY(new RgbImage(1, 1))[0]);
        Assert.Equal(golden.GetProperty("y_white").GetDouble(), ColorSpace.RgbToY(new RgbImage(1, 1, [255, 255, 255]))[0], 10);
    }

    [Fact]
    public void RgbToLab_OfKnownColours_EqualsTheStandardsValues()
    {
        // Black, white, the primaries and a middle grey; published with the sRGB matrix and D65 / 2°.
        double[,] expected =
        {
            { 0, 0, 0 }, { 100, 0, 0 }, { 53.24, 80.09, 67.20 }, { 87.73, -86.18, 83.18 }, { 32.30, 79.19, -107.86 }, { 53.59, 0, 0 },
        };
        var image = new RgbImage(6, 1, [0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 128, 128, 128]);
        using var scope = torch.NewDisposeScope();
        torch.Tensor lab = ColorSpace.RgbToLab(image.ToTensor().to(torch.float64));
        torch.Tensor difference = (lab[0, .., 0].transpose(0, 1) - torch.tensor(expected)).abs().max();
        Assert.InRange(difference.item<double>(), 0, 0.02);
    }

    [Theory]
    [InlineData(torch.ScalarType.Float64, 1e-6)]
    [InlineData(torch.ScalarType.Float32, 1e-4)]
    public void LabToRgb_OfRgbToLab_GivesTheColoursBack(torch.ScalarType type, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor levels = torch.linspace(0, 1, 18).to(type);
        torch.Tensor images = torch.stack([.. torch.meshgrid([levels, levels, levels])]).reshape(1, 3, 18, -1);
        torch.Tensor back = ColorSpace.LabToRgb(ColorSpace.RgbToLab(images));
        Assert.Equal(type, back.dtype);
        Assert.InRange((back - images).abs().max().to(torch.float64).item<double>(), 0, tolerance);
    }

    [Fact]
    public void RgbToLab_OfGrey_HasNoColour()
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor grey = torch.linspace(0, 1, 50).reshape(1, 1, 5, 10).expand(1, 3, -1, -1);
        Assert.InRange(ColorSpace.RgbToLab(grey)[.., 1..].abs().max().item<float>(), 0, 0.05);
    }

    [Fact]
    public void Conversions_OfWrongShapes_AreRefusedAndLeakNothing()
    {
        using torch.Tensor one = torch.zeros(1, 1, 4, 4);
        using torch.Tensor three = torch.rand(1, 3, 4, 4);
        Assert.Throws<ArgumentException>(() => ColorSpace.RgbToLab(one));
        using var scope = torch.NewDisposeScope();
        ColorSpace.RgbToLab(three).Dispose();
        ColorSpace.LabToRgb(three).Dispose();
        Assert.Equal(0, scope.DisposablesCount);
    }
}
