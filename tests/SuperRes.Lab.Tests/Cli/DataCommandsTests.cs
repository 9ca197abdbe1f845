using System.Diagnostics;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Tests.Photos;
using static SuperRes.Lab.Tests.Cli.CliHarness;

namespace SuperRes.Lab.Tests.Cli;

public sealed class DataCommandsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public DataCommandsTests() => TestPhotos.Write(_temp["photos"], 10);

    private string Photos => _temp["photos"];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void DataList_EverySet_ShowsSizeLicenceOriginAndPlace()
    {
        CliResult result = Run("data", "list");

        Assert.Equal(0, result.Code);
        Assert.Contains("4.0 GB in 2 files", result.Out, StringComparison.Ordinal);
        foreach (string text in new[] { "div2k", "flowers", "pets", "dead-leaves", "academic research only", "CC BY-SA 4.0",
            "https://www.robots.ox.ac.uk/~vgg/data/pets/", "DIV2K" })
        {
            Assert.Contains(text, result.Out, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("fetch", "div3k", "div2k, flowers, pets, dead-leaves")]
    [InlineData("fetch", "dead-leaves", "superres data synth")]
    [InlineData("verify", "absent", "neither a folder nor a data set")]
    [InlineData("prepare", "absent", "There is no experiment absent")]
    public void Data_UnknownName_SaysWhatThereIs(string command, string name, string expected) =>
        Assert.Contains(expected, WrongInput("data", command, name), StringComparison.Ordinal);

    [Fact]
    public void DataFetch_MirrorThatIsNoAddress_IsRefused() =>
        Assert.Contains("--mirror is 'files'", WrongInput("data", "fetch", "div2k", "--mirror", "files"), StringComparison.Ordinal);

    [Fact]
    public void DataVerify_SoundFolder_WritesAManifestAndFitsItAgain()
    {
        CliResult first = Run("data", "verify", Photos, "--manifest", _temp["m.json"]),
            second = Run("data", "verify", Photos, "--manifest", _temp["m.json"]);

        Assert.Equal((0, 0), (first.Code, second.Code));
        Assert.Equal("10 images can be used, 0 can't.\n", first.Out);
        Assert.Equal(first.Out, second.Out);
        Assert.Contains("As the manifest says", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void DataVerify_ChangedFolder_NamesWhatChangedUntilUpdated()
    {
        Run("data", "verify", Photos, "--manifest", _temp["m.json"]);
        ImageCodec.Write(TestPhotos.Make(66), _temp["photos", "003.png"]);

        CliResult changed = Run("data", "verify", Photos, "--manifest", _temp["m.json"]);
        Assert.Equal(2, changed.Code);
        Assert.Contains("changed since the manifest: 1\n    003.png", changed.Out, StringComparison.Ordinal);
        Assert.Contains("--update", changed.OneError(), StringComparison.Ordinal);
        Assert.Equal(0, Run("data", "verify", Photos, "--manifest", _temp["m.json"], "--update").Code);
        Assert.Equal(0, Run("data", "verify", Photos, "--manifest", _temp["m.json"]).Code);
    }

    [Fact]
    public void DataVerify_BrokenFiles_ListsThemAndFails()
    {
        _temp.Write("photos/empty.png", []);
        ImageCodec.Write(TestPhotos.Make(3, 30, 30), _temp["photos", "tiny.png"]);

        CliResult result = Run("data", "verify", Photos, "--manifest", _temp["m.json"]);

        Assert.Equal(2, result.Code);
        Assert.Contains("broken: 1\n", result.Out, StringComparison.Ordinal);
        Assert.Contains("empty.png is empty", result.Out, StringComparison.Ordinal);
        Assert.Contains("shorter than 64 px: 1\n    tiny.png (30×30)", result.Out, StringComparison.Ordinal);
        Assert.Contains("11 images can be used, 1 can't.", result.Out, StringComparison.Ordinal);
        Assert.Contains("more than the tolerated 1 %", result.OneError(), StringComparison.Ordinal);
        Assert.False(File.Exists(_temp["m.json"]));
    }

    [Fact]
    public void DataPrepare_AnExperiment_MakesACachePerStageAndSideOnce()
    {
        string experiment = _temp.Write("e.json", """
            { "name": "prepare", "data": { "cache": { "content": "resized" } },
              "stages": [ { "name": "32", "size": 32, "batchSize": 4, "learningRate": 1e-3 }, { "name": "48", "size": 48, "batchSize": 4, "learningRate": 1e-3 } ] }
            """);

        CliResult first = Run("data", "prepare", experiment, "--images", Photos);

        Assert.Equal(0, first.Code);
        string[] caches =
            [.. first.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[2..].Select(
            line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1])];
        Assert.Equal(["train-resized-40px.pairs", "valid-resized-40px.pairs", "train-resized-60px.pairs", "valid-resized-60px.pairs"],
            caches.Select(path => Path.GetFileName(path)));
        DateTime[] made = [.. caches.Select(File.GetLastWriteTimeUtc)];
        Assert.Equal(first.Out, Run("data", "prepare", experiment, "--images", Photos).Out);
        Assert.Equal(made, caches.Select(File.GetLastWriteTimeUtc));
    }

    [Fact]
    public async Task DataPrepare_ByTwoProcessesAtOnce_MakesOneSoundCache()
    {
        string experiment = _temp.Write("both.json", """{ "name": "both", "stages": [ { "name": "32", "size": 32, "batchSize": 4, "learningRate": 1e-3 } ] }""");
        var start =
            new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "superres.dll"), "data", "prepare", experiment, "--images", Photos]) { UseShellExecute =
            false, RedirectStandardOutput = true };
        start.Environment["SUPERRES_DATA"] = _temp["data"];
        using Process one = Process.Start(start)!, two = Process.Start(start)!;

        string first = await one.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            second = await two.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await one.WaitForExitAsync(TestContext.Current.CancellationToken);
        await two.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, 0), (one.ExitCode, two.ExitCode));
        Assert.Equal(first, second);
        string[] caches = [.. Directory.EnumerateFiles(_temp["data"], "*.pairs", SearchOption.AllDirectories)];
        Assert.Equal(2, caches.Length);
        Assert.Equal(10, caches.Sum(path =>
        {
            using PairCache cache = PairCache.Open(path);
            cache.Verify();
            return cache.Count;
        }));
        Assert.Empty(Directory.EnumerateFiles(_temp["data"], "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void DataShow_AFolder_WritesItsSheets()
    {
        CliResult result = Run("data", "show", Photos, "--out", _temp["sheets"], "--size", "64");

        Assert.Equal(0, result.Code);
        Assert.Equal(["batch.png", "contact-sheet.png", "degradations.png", "statistics.png"], Directory.EnumerateFiles(
            _temp["sheets"]).Select(path => Path.GetFileName(path)).Order());
        Assert.All(Directory.EnumerateFiles(_temp["sheets"]), path => Assert.True(ImageCodec.Read(path).Width > 300));
        Assert.Contains("80 – 80 – 80 px", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void DataShow_CropLargerThanEveryPhoto_SaysSo() =>
        Assert.Contains("choose a smaller --size", Run("data", "show", Photos, "--out", _temp["sheets"], "--size", "256").OneError(),
            StringComparison.Ordinal);
}
