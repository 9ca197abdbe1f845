using SuperRes.Lab.Course;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Show;
using SuperRes.Lab.Tests.Photos;

namespace SuperRes.Lab.Tests.Course;

public sealed class DataViewsTests
{
    [Fact]
    public void ShowBatch_OfALoader_HoldsItsPairsInTurn()
    {
        BatchLoaderOptions options = new() { BatchSize = 5, CropSize = 32, Seed = 4 };
        using var loader = new BatchLoader(BatchLoaderTests.Source(8), DegradationPresets.Find("all"), options);
        using var same = new BatchLoader(BatchLoaderTests.Source(8), DegradationPresets.Find("all"), options);
        using Batch batch = same.Next(TestContext.Current.CancellationToken);

        PictureGrid grid = loader.ShowBatch(5, pairsPerRow: 2);

        Assert.Equal(["input", "target", "input", "target"], grid.ColumnTitles);
        Assert.Equal(3, grid.Rows.Count);
        Assert.Equal(RgbImage.FromTensor(batch.Input[3]).Pixels, grid.Rows[1].Cells[2].Image!.Pixels);
        Assert.Equal(RgbImage.FromTensor(batch.Target[4]).Pixels, grid.Rows[2].Cells[1].Image!.Pixels);
        Assert.Null(grid.Rows[2].Cells[2].Image);
    }

    [Fact]
    public void ContactSheet_OfMorePhotosThanFit_TakesSomeAtEqualDistances()
    {
        PictureGrid grid = BatchLoaderTests.Source(20).ContactSheet(count: 5, columns: 3, side: 48);

        string[] notes = [.. grid.Rows.SelectMany(row => row.Cells).Where(cell => cell.Note is not null).Select(cell => cell.Note!)];
        Assert.Equal(["image 0\n96×80", "image 4\n96×80", "image 8\n96×80", "image 12\n96×80", "image 16\n96×80"], notes);
        Assert.Equal((48, 40), (grid.Rows[0].Cells[0].Image!.Width, grid.Rows[0].Cells[0].Image!.Height));
        Assert.Equal("5 of 20 photos", grid.Caption);
    }

    [Fact]
    public void ShowDegradations_OfAPhoto_ShowsEachOneStrongerAndStronger()
    {
        RgbImage photo = TestPhotos.Make(3, 200, 180);
        PictureGrid grid = photo.ShowDegradations(96);

        PictureCell[] cells = [.. grid.Rows.SelectMany(row => row.Cells)];
        Assert.Equal(6 + (3 * DegradationViews.Names.Count), cells.Length);
        RgbImage whole = cells[0].Image!;
        foreach ((string name, int index) in DegradationViews.Names.Select((name, i) => (name, 6 + (3 * i))))
        {
            Assert.All(cells[index..(index + 3)], cell => Assert.StartsWith(name + "\n", cell.Note));
            double[] differences = [.. cells[index..(index + 3)].Select(cell => Difference(whole, cell.Image!))];
            Assert.True(differences[2] > 0.3, $"{name} at high strength changes the photo by {differences[2]:0.00} only");
            Assert.False(cells[index].Image!.Pixels.AsSpan().SequenceEqual(cells[index + 2].Image!.Pixels),
                $"{name} looks the same at low and high strength");
        }

        Assert.Equal(grid.ToPng(), photo.ShowDegradations(96).ToPng());
    }

    private static double Difference(RgbImage a, RgbImage b) => a.Pixels.Zip(b.Pixels, (x, y) => (double)Math.Abs(x - y)).Average();
}
