using SuperRes.Lab.Course;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Tests.Course;

public sealed class LossViewsTests
{
    private static RgbImage Photo(int side = 64)
    {
        var image = new RgbImage(side, side);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(((i / 3 % side / 8) + (i / 3 / side / 8)) % 2 == 0 ? 40 : 200);
        }

        return image;
    }

    [Fact]
    public void ShowFeatures_OfAPhoto_HasARowPerBlockInItsSize()
    {
        using var loss = new FeatureLoss(new FeatureLossOptions { Blocks = [1, 2], Weights = [1, 1] });
        PictureGrid grid = loss.ShowFeatures(Photo(), channels: 3);
        Assert.Equal([32, 16], grid.Rows.Select(row => row.Cells[1].Image!.Width));
        Assert.All(grid.Rows, row => Assert.Equal(4, row.Cells.Count));
    }

    [Fact]
    public void TermTable_OfDamagedPictures_CountsInTheFirstOnesUnit()
    {
        using var loss = new FeatureLoss(new FeatureLossOptions { Blocks = [1], Weights = [1] });
        RgbImage target = Photo();
        RgbImage half = Resampler.Resize(Resampler.Resize(target, 32, 32, ResampleFilter.Bilinear), 64, 64, ResampleFilter.Bilinear);
        Table table = loss.TermTable(target, [("half", half), ("same", target)]);
        Assert.Equal(["picture", .. loss.TermNames], table.Columns);
        Assert.All(table.Rows[0].Skip(1), value => Assert.Equal(1.0, value));
        Assert.All(table.Rows[1].Skip(1), value => Assert.Equal(0.0, value));
    }

    [Fact]
    public void Reconstruction_FromPixels_ComesNearTheTarget()
    {
        var loss = new FeatureLoss(new FeatureLossOptions { Blocks = [], Weights = [] });
        Reconstruction result = Reconstruction.Run(loss, Photo(), LossPart.Pixels, steps: 60);
        Assert.Equal([0, 15, 60], result.Pictures.Select(picture => picture.Step));
        Assert.True(result.Losses[^1] < 0.1 * result.Losses[0], $"{result.Losses[0]} → {result.Losses[^1]}");
    }

    [Fact]
    public void Reconstruction_FromFeaturesThatAreNotCompared_IsRefused()
    {
        using var loss = new FeatureLoss(new FeatureLossOptions { Blocks = [], Weights = [] });
        Assert.Contains("give it blocks", Assert.Throws<InputException>(() => Reconstruction.Run(loss, Photo(), LossPart.Grams, 1)).Message,
            StringComparison.Ordinal);
    }
}
