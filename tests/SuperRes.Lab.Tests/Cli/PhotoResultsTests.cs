using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using static SuperRes.Lab.Tests.Cli.CliHarness;

namespace SuperRes.Lab.Tests.Cli;

/// <summary>Where results go, what counts as done, and what a folder's images are told to be.</summary>
public sealed class PhotoResultsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Upscale_WhereAnUnrelatedFileStands_LeavesItAloneWithoutOverwrite()
    {
        string image = WriteImage(_folder["p.png"]), model = WriteModel(_folder.Path);
        WriteImage(_folder["p-x2.png"], 96, 80, number: 5);
        byte[] before = File.ReadAllBytes(_folder["p-x2.png"]);
        Assert.Contains("is left alone", WrongInput("upscale", image, "--model", model), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder["p-x2.png"]));
        Assert.Equal(0, Run("upscale", image, "--model", model, "--overwrite").Code);
        Assert.NotEqual(before, File.ReadAllBytes(_folder["p-x2.png"]));
    }

    [Fact]
    public void Restore_MaskWhereAnUnrelatedFileStands_LeavesItAloneAndDoesNothing()
    {
        string image = WriteImage(_folder["p.png"]), other = WriteImage(_folder["mask.png"], 96, 80, number: 5);
        byte[] before = File.ReadAllBytes(other);
        Assert.Contains("is left alone", WrongInput("restore", image, "--mask-out", other), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(other));
        Assert.False(File.Exists(_folder["p-restored.png"]));
        Assert.Contains("would replace the result", WrongInput("restore", image, "--mask-out", _folder["r.png"], "--out", _folder["r.png"]),
            StringComparison.Ordinal);
        Assert.Equal(0, Run("restore", image, "--mask-out", other, "--overwrite").Code);
        DateTime made = File.GetLastWriteTimeUtc(other);
        Assert.Equal(0, Run("restore", image, "--mask-out", other).Code);
        Assert.Equal(made, File.GetLastWriteTimeUtc(other));
    }

    [Fact]
    public void Restore_AtAnotherStrength_IsDoneAgainWithThatMuchOfTheChange()
    {
        string image = WriteImage(_folder["p.png"]);
        RgbImage At(string strength)
        {
            Assert.Equal(0, Run("restore", image, "--kind", "compression", "--strength", strength).Code);
            return ImageCodec.Read(_folder["p-restored.png"]);
        }

        byte[] before = ImageCodec.Read(image).Pixels, none = At("0").Pixels, all = At("1").Pixels, half = At("0.5").Pixels;
        Assert.Equal(before, none);
        Assert.NotEqual(before, all);
        Assert.All(before.Zip(all, half), pixel => Assert.InRange((2 * pixel.Third) - pixel.First - pixel.Second, -2, 2));
        Assert.Contains("--strength is '3'", WrongInput("restore", image, "--strength", "3"), StringComparison.Ordinal);
        Assert.Contains(
            "leave --strength out", WrongInput("restore", image, "--mask", image, "--strength", "0.5"), StringComparison.Ordinal);
    }

    [Fact]
    public void Upscale_ChangeMapWhereAnUnrelatedFileStands_LeavesItAlone()
    {
        string image = WriteImage(_folder["p.png"]), model = WriteModel(_folder.Path), map = WriteImage(_folder["map.png"], number: 5);
        string[] args = ["upscale", image, "--model", model, "--change-map", map];
        byte[] before = File.ReadAllBytes(map);
        Assert.Equal(0, Run("upscale", image, "--model", model).Code);
        Assert.Contains("is left alone", WrongInput(args), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(map));
        File.Delete(map);
        Assert.DoesNotContain("there already", Run(args).Error, StringComparison.Ordinal);
        Assert.NotEqual(before, File.ReadAllBytes(map));
        Assert.Contains("there already", Run(args).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Upscale_AgainWithAnotherQuality_IsDoneAgain()
    {
        string image = WriteImage(_folder["p.jpg"]), model = WriteModel(_folder.Path);
        Assert.Equal(0, Run("upscale", image, "--model", model).Code);
        Assert.Contains("there already", Run("upscale", image, "--model", model).Error, StringComparison.Ordinal);
        long fine = new FileInfo(_folder["p-x2.jpg"]).Length;
        CliResult coarse = Run("upscale", image, "--model", model, "--quality", "20");
        Assert.Equal(0, coarse.Code);
        Assert.DoesNotContain("there already", coarse.Error, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(_folder["p-x2.jpg"]).Length, 1, fine - 1);
    }

    [Fact]
    public void Restore_TwiceWithTwoModels_GivesTwoFiles()
    {
        string image = WriteImage(_folder["scan.png"]);
        Assert.Equal(0, Run("restore", image, "--model", WriteModel(_folder.Path, "one", 1, "restoration")).Code);
        CliResult second = Run("restore", image, "--model", WriteModel(_folder.Path, "two", 1, "restoration"));
        Assert.Equal(_folder["scan-restored-two.png"] + "\n", second.Out);
        Assert.True(File.Exists(_folder["scan-restored.png"]));
    }

    [Fact]
    public void Restore_OfACompressedAndAnIntactPhoto_CleansTheCompressedOneAlone()
    {
        RgbImage photo = ImageCodec.Read(Path.Combine(LabFolders.Root, "data", "samples", "chelsea.png")).Crop(150, 80, 96, 96);
        Directory.CreateDirectory(_folder["in"]);
        ImageCodec.Write(photo, _folder["in", "intact.png"]);
        ImageCodec.Write(SuperRes.Lab.Evaluation.Degradation.Jpeg(15).Apply(photo, 0), _folder["in", "blocks.png"]);
        foreach (string kind in new[] { "auto", "marks", "both" })
        {
            Assert.Equal(0, Run("restore", _folder["in"], "--out", _folder[kind], "--kind", kind).Code);
        }

        byte[] Result(string kind, string name) => ImageCodec.Read(_folder[kind, name]).Pixels;
        Assert.Equal(Result("marks", "intact.png"), Result("auto", "intact.png"));
        Assert.Equal(Result("both", "blocks.png"), Result("auto", "blocks.png"));
        Assert.NotEqual(Result("both", "blocks.png"), Result("marks", "blocks.png"));
        Assert.Contains("2 there already", Run("restore", _folder["in"], "--out", _folder["auto"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Upscale_OfAFileNamedInLatin1_SaysThatTheNameCantBeOpened() => Assert.Contains("has a name in an old encoding",
        WrongInput("upscale", _folder["caf\uFFFD.png"], "--model", WriteModel(_folder.Path)), StringComparison.Ordinal);

    [Fact]
    public void Upscale_OfSeveralIntoTheNameOfOne_IsRefused()
    {
        string a = WriteImage(_folder["a.png"]), b = WriteImage(_folder["b.png"]), model = WriteModel(_folder.Path);
        Assert.Contains("name a folder", WrongInput("upscale", a, b, "--model", model, "--out", _folder["x.png"]),
            StringComparison.Ordinal);
        Assert.False(Path.Exists(_folder["x.png"]));
    }

    [Theory]
    [InlineData("upscale", "-")]
    [InlineData("upscale", "p.png", "--out", "-")]
    public void Upscale_OfStreams_IsRefusedAndMakesNoFolder(params string[] args)
    {
        WriteImage(_folder["p.png"]);
        string[] placed = [.. args.Select(arg => arg == "p.png" ? _folder[arg] : arg), "--model", WriteModel(_folder.Path)];
        Assert.Contains("standard", WrongInput(placed), StringComparison.Ordinal);
        Assert.False(Directory.Exists("-"));
    }

    [Fact]
    public void Upscale_OfAFolderWithOtherKinds_NamesWhatItLeavesOut()
    {
        Directory.CreateDirectory(_folder["in"]);
        WriteImage(_folder["in", "a.png"]);
        File.Copy(_folder["in", "a.png"], _folder["in", "photo without ending"]);
        File.WriteAllBytes(_folder["in", "phone.heic"], [0, 0, 0, 24, .. "ftypheic"u8, .. new byte[40]]);
        File.WriteAllText(_folder["in", "notes.txt"], "BMP is no picture");
        string[] args = ["upscale", _folder["in"], "--out", _folder["out"], "--model", WriteModel(_folder.Path)];
        CliResult result = Run(args);
        Assert.Equal(0, result.Code);
        Assert.Contains("1 image of a kind that can't be read is left out: phone.heic (HEIC)", result.Error, StringComparison.Ordinal);
        Assert.Contains("2 done", result.Error, StringComparison.Ordinal);
        Assert.Contains("phone.heic", Run("evaluate", "--hr", _folder["in"]).Error, StringComparison.Ordinal);
        Assert.Equal(96, ImageCodec.ReadHeader(_folder["out", "photo without ending.png"]).Width);
    }

    [Theory]
    [InlineData("2,5")]
    [InlineData("Infinity")]
    [InlineData("-1")]
    public void Evaluate_NoiseTypedWrong_IsASentence(string noise)
    {
        WriteImage(_folder["a.png"]);
        string message = WrongInput("evaluate", "--hr", _folder.Path, "--scale", "1", $"--noise={noise}");
        Assert.Contains($"--noise is '{noise}'; give a number from 0 to 255", message, StringComparison.Ordinal);
    }
}
