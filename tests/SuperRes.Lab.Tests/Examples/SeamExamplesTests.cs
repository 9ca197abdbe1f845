using System.Text.RegularExpressions;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Tests.Examples;

/// <summary>Each seam has a program in examples/ of at most forty lines, which does what it says.</summary>
public sealed class SeamExamplesTests
{
    private const int MostLines = 40;

    private static string Folder => Path.Combine(LabFolders.Root, "examples");

    [Theory]
    [InlineData("OwnLoss.cs", @"epoch 2: pixel [\d.]+, feat_0 [\d.]+, edges [\d.]+")]
    [InlineData("OwnNetwork.cs", @"own-network: [\d.]+ dB on held-out photos; chelsea.png is now 902×600")]
    [InlineData("OwnDegradation.cs", @"[\d.]+ dB after the first epoch, [\d.]+ dB after the last")]
    [InlineData("OwnMetricAndCallback.cs", @"dB is enough: the stage ends after epoch \d[\s\S]*epoch 1: [\d.]+ dB, contrast 0\.[5-9]")]
    [InlineData("OwnFeatures.cs", @"pixel [\d.]+, feat_0 [\d.]+, gram_0 [\d.]+")]
    [InlineData("OwnEncoder.cs", @"The encoder resnet18 starts from .*mine\.safetensors\.[\s\S]*dB on held-out photos")]
    public async Task Example_OfASeam_RunsAndSaysWhatItDid(string file, string says)
    {
        (int code, string text) = await ChildProcess.RunAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken);
        Assert.True(code == 0, text);
        Assert.Matches(says, text);
    }

    [Fact]
    public void Examples_EachButTheArticle_HasAtMostFortyLinesAndATest()
    {
        string tests = File.ReadAllText(Path.Combine(LabFolders.Root, "tests", "SuperRes.Lab.Tests", "Examples", "SeamExamplesTests.cs"));
        Assert.All(Directory.EnumerateFiles(Folder, "*.cs").Where(file => Path.GetFileName(file) != "Article.cs"), file =>
        {
            Assert.InRange(File.ReadAllLines(file).Length, 10, MostLines);
            Assert.Contains($"[InlineData(\"{Path.GetFileName(file)}\"", tests, StringComparison.Ordinal);
            Assert.Matches(new Regex($@"dotnet run examples/{Path.GetFileName(file)}"), File.ReadAllText(file));
        });
    }
}
