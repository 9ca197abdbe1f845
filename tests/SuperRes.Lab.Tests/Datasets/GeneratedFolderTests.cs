using SuperRes.Lab.Datasets;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Datasets;

public sealed class GeneratedFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fill_TwoAtOnce_DrawsEachImageOnce()
    {
        int[] drawn = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Create().Fill(
            6,
            _ =>
            {
                Thread.Sleep(50);
                return new RgbImage(16, 16);
            },
            null,
            TestContext.Current.CancellationToken))));
        Assert.Equal([0, 6], drawn.Order());
        Assert.Equal(7, Directory.GetFiles(_folder.Path).Length); // and the manifest
    }

    private GeneratedFolder Create() => new(_folder.Path, "leaves", "leaves", 1, new { seed = 1 });
}
