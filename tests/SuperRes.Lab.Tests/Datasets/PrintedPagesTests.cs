using SuperRes.Lab.Datasets;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Datasets;

public sealed class PrintedPagesTests
{
    [Fact]
    public void Generate_SameSeedAndIndex_IsTheSameImageAndOthersDiffer()
    {
        byte[] page = PrintedPages.Generate(128, 1, 0).Pixels;

        Assert.Equal(page, PrintedPages.Generate(128, 1, 0).Pixels);
        Assert.NotEqual(page, PrintedPages.Generate(128, 1, 1).Pixels);
        Assert.NotEqual(page, PrintedPages.Generate(128, 2, 0).Pixels);
    }

    [Fact]
    public void Generate_Pages_AreFlatPaperWithReadablePrint()
    {
        for (int index = 0; index < 20; index++)
        {
            RgbImage page = PrintedPages.Generate(256, 1, index);
            double[] lumas = [.. page.Pixels.Chunk(3).Select(p => (0.3 * p[0]) + (0.59 * p[1]) + (0.11 * p[2]))];
            (double paper, int onPaper) = lumas.CountBy(luma => luma).Select(pair => (pair.Key, pair.Value)).MaxBy(pair => pair.Value);

            Assert.InRange(onPaper, lumas.Length * 0.15, lumas.Length * 0.995);
            Assert.Contains(lumas, luma => Math.Abs(luma - paper) >= 90);
        }
    }

    [Fact]
    public void WriteFolder_Again_KeepsWhatIsThereAndRefusesOtherOptions()
    {
        using var folder = new TempFolder();
        string pages = folder["pages"];

        Assert.Equal(2, PrintedPages.WriteFolder(pages, 2, 64, 3, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(1, PrintedPages.WriteFolder(pages, 3, 64, 3, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(PrintedPages.Generate(64, 3, 2).Pixels, ImageCodec.Read(Path.Combine(pages, "page-00002.png")).Pixels);
        InputException error = Assert.Throws<InputException>(() => PrintedPages.WriteFolder(pages, 3, 64, 4));
        Assert.Contains("printed-pages", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(63, 1, "64 to 4096")]
    [InlineData(4097, 1, "64 to 4096")]
    [InlineData(64, 0, "at least 1")]
    public void WriteFolder_OutOfRange_SaysTheRange(int size, int count, string expected)
    {
        using var folder = new TempFolder();
        InputException error = Assert.Throws<InputException>(() => PrintedPages.WriteFolder(folder["pages"], count, size));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["pages"]));
    }
}
