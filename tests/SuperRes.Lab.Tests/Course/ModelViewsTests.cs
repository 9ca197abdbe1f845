using SuperRes.Lab.Course;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Show;
using TorchSharp;

namespace SuperRes.Lab.Tests.Course;

public sealed class ModelViewsTests
{
    private static readonly UnetOptions Small = new() { Body = "resnet18", Width = 0.25, Blocks = [1, 1, 1, 1], Norm = NormType.Batch };

    [Fact]
    public void ShapeTable_OfAUnet_NamesEveryPartAndItsShape()
    {
        using var unet = new DynamicUnet(Small);
        Table table = unet.ShapeTable(64);
        string[] shapes = [.. table.Rows.Select(row => (string)row[2]!)];
        Assert.Equal("16 × 32 × 32", shapes[0]);
        Assert.Contains("128 × 2 × 2", shapes);
        Assert.Equal("3 × 64 × 64", shapes[^1]);
        Assert.Equal(unet.parameters().Sum(p => p.numel()), table.Rows.Sum(row => (long)row[3]!));
        Assert.True(unet.training);
    }

    [Fact]
    public void ShapeTable_Twice_LeavesNoWatcherBehind()
    {
        using var unet = new DynamicUnet(Small);
        Assert.Equal(unet.ShapeTable(64).Rows.Count, unet.ShapeTable(64).Rows.Count);
    }

    [Fact]
    public void GroupTable_OfAFrozenUnet_TrainsTheDecoderAndBatchNormsAlone()
    {
        using var unet = new DynamicUnet(Small);
        unet.Freeze();
        Table table = unet.GroupTable();
        Assert.Equal(table.Rows[2][1], table.Rows[2][2]);
        Assert.All(table.Rows.Take(2), row => Assert.InRange((long)row[2]!, 1, (long)row[1]! / 10));
    }

    [Fact]
    public void ShowCrossConnections_OfAUnet_HasARowForEachAndTheMiddle()
    {
        using var unet = new DynamicUnet(Small);
        PictureGrid grid = unet.ShowCrossConnections(new RgbImage(64, 64), channels: 2);
        Assert.Equal(5, grid.Rows.Count);
        Assert.Equal((32, 2), (grid.Rows[0].Cells[1].Image!.Width, grid.Rows[4].Cells[1].Image!.Width));
    }

    [Fact]
    public void Unevenness_OfIcnr_IsZeroAndOfTransposedConvolutionsIsNot()
    {
        using var icnr = new PixelShuffleIcnr(3, 3, norm: NormType.Weight, icnr: IcnrMode.AsIntended);
        using var random = new PixelShuffleIcnr(3, 3, norm: NormType.Weight, icnr: IcnrMode.AsRun);
        using var transposed = torch.nn.ConvTranspose2d(3, 3, 3, stride: 2, padding: 1, output_padding: 1, bias: false);
        Assert.Equal(0, UpsamplingViews.Unevenness(icnr), 6);
        Assert.True(UpsamplingViews.Unevenness(random) > 0.1);
        Assert.True(UpsamplingViews.Unevenness(transposed) > 0.1);
    }

    [Fact]
    public void GradientSizes_WithoutShortcuts_Vanish()
    {
        Assert.True(GradientDemo.Sizes([2, 16], shortcut: false)[1] < 1e-3);
        Assert.InRange(GradientDemo.Sizes([2, 16], shortcut: true)[1], 0.3, 10);
    }
}
