using SuperRes.Lab.Models;
using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Weights;
using TorchSharp;
using static SuperRes.Lab.Tests.Cli.CliHarness;

namespace SuperRes.Lab.Tests.Cli;

public sealed class BadInputTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Upscale_MissingInput_IsNamed()
        => Assert.Equal($"{_folder["no.png"]} does not exist; give image files or folders of images.",
            WrongInput("upscale", _folder["no.png"], "--model", "x"));

    [Fact]
    public void Upscale_EmptyFolder_IsNamed()
        => Assert.StartsWith($"{_folder.Path} holds no image", WrongInput("upscale", _folder.Path, "--out", _folder["out"]),
            StringComparison.Ordinal);

    [Fact]
    public void Upscale_FileThatIsNoImage_IsNamed()
    {
        File.WriteAllText(_folder["text.png"], "This is text.");
        Assert.Contains("text.png", WrongInput("upscale", _folder["text.png"], "--model", WriteModel(_folder.Path)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Upscale_TruncatedJpeg_IsNamedAndLeavesNothing()
    {
        byte[] whole = File.ReadAllBytes(WriteImage(_folder["whole.jpg"]));
        File.WriteAllBytes(_folder["cut.jpg"], whole[..(whole.Length / 2)]);
        Assert.Contains("cut.jpg",
            WrongInput("upscale", _folder["cut.jpg"], "--model", WriteModel(_folder.Path), "--out", _folder["out.png"]),
            StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.png"]));
    }

    [Fact]
    public void Upscale_ModelThatIsMissing_SaysWhatToGive()
        => Assert.Contains("give a .safetensors file, a run folder",
            WrongInput("upscale", WriteImage(_folder["a.png"]), "--model", _folder["no.safetensors"]), StringComparison.Ordinal);

    [Fact]
    public void Upscale_ModelThatIsNoSafetensors_IsNamed()
    {
        File.WriteAllText(_folder["fake.safetensors"], "no weights in here");
        Assert.Contains("fake.safetensors", WrongInput("upscale", WriteImage(_folder["a.png"]), "--model", _folder["fake.safetensors"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Upscale_WeightsOfAnotherProgram_AreRefused()
    {
        using torch.Tensor tensor = torch.ones(2);
        SafeTensors.Write(_folder["other.safetensors"], [("a", tensor)]);
        Assert.Contains("has no \"superres\" metadata",
            WrongInput("upscale", WriteImage(_folder["a.png"]), "--model", _folder["other.safetensors"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Upscale_WeightsOfOtherOptions_AreRefused()
    {
        using var network = new DynamicUnet(TinyUnet);
        string card =
            System.Text.Json.JsonSerializer.Serialize(new ModelCard { Model = TinyUnet with { Width = 0.5 } }, OptionsJson.Compact);
        SafeTensors.Write(
            _folder["wrong.safetensors"],
            StateDict.Entries(network).Select(e => (e.Name, e.Value)),
            new Dictionary<string, string>(StringComparer.Ordinal) { [RestorationModel.MetadataKey] = card });
        string error = WrongInput("upscale", WriteImage(_folder["a.png"]), "--model", _folder["wrong.safetensors"]);
        Assert.Contains("wrong.safetensors doesn't fit the model", error, StringComparison.Ordinal);
        Assert.Contains("of another shape", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Upscale_ModelOfAnotherTask_IsRefusedWithTheRightCommand()
    {
        string model = WriteModel(_folder.Path, "repair", scale: 1, task: "restoration");
        Assert.Contains("use \"superres restore\"", WrongInput("upscale", WriteImage(_folder["a.png"]), "--model", model),
            StringComparison.Ordinal);
        Assert.Contains("use \"superres upscale\"", WrongInput("restore", _folder["a.png"], "--model", WriteModel(_folder.Path)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Upscale_ScaleTheModelCannotDo_IsRefused()
        => Assert.Contains("can't upscale ×3",
            WrongInput("upscale", WriteImage(_folder["a.png"]), "--model", WriteModel(_folder.Path), "--scale", "3"),
            StringComparison.Ordinal);

    [Fact]
    public void Upscale_OutputThatIsTheInput_IsRefused()
    {
        string image = WriteImage(_folder["a.png"]);
        Assert.Contains("is the input itself", WrongInput("upscale", image, "--model", WriteModel(_folder.Path), "--out", image),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Upscale_OutputFolderThatCannotBe_IsNamed()
    {
        File.WriteAllText(_folder["file"], "");
        string output = _folder["file", "out.png"];
        Assert.Contains(output, WrongInput("upscale", WriteImage(_folder["a.png"]), "--model", WriteModel(_folder.Path), "--out", output),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Upscale_FolderWithABrokenFile_DoesTheOthersAndExitsOne()
    {
        Directory.CreateDirectory(_folder["in"]);
        WriteImage(_folder["in", "a.png"], 16, 12);
        File.WriteAllText(_folder["in", "b.png"], "broken");
        WriteImage(_folder["in", "c.png"], 12, 16);
        string[] args = ["upscale", _folder["in"], "--model", WriteModel(_folder.Path), "--out", _folder["out"]];
        CliResult first = Run(args);
        Assert.Equal(1, first.Code);
        Assert.Equal([_folder["out", "a.png"], _folder["out", "c.png"]], first.Out.TrimEnd('\n').Split('\n'));
        Assert.Contains("b.png", first.Error, StringComparison.Ordinal);
        Assert.Contains("2 done, 0 there already, 1 failed.", first.Error, StringComparison.Ordinal);
        Assert.Contains("0 done, 2 there already, 1 failed.", Run(args).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"x","stages":[],"bogus":1}""", "$.bogus", "the key \"bogus\" is unknown")]
    [InlineData("""{"name":"x","stages":[{"name":"a","size":"big","batchSize":1,"learningRate":1}]}""", "$.stages[0].size", "a whole number is expected")]
    [InlineData("""{"name":"x","stages":[{"name":"a","size":64,"batchSize":0,"learningRate":1}]}""", "$.stages[0].batchSize is 0", "1 to 1024")]
    [InlineData("""{"name":"x","stages":[]}""", "$.stages is empty", "at least one stage")]
    public void Train_ExperimentWithAFault_IsNamedByJsonPath(string json, string path, string expected)
    {
        File.WriteAllText(_folder["e.json"], json);
        string error = WrongInput("train", _folder["e.json"]);
        Assert.Contains(_folder["e.json"], error, StringComparison.Ordinal);
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_MissingFolder_IsNamed()
        => Assert.StartsWith($"{_folder["no"]} does not exist", WrongInput("evaluate", "--hr", _folder["no"], "--scale", "2"),
            StringComparison.Ordinal);

    [Fact]
    public void Evaluate_ImageSmallerThanTheWindow_IsNamed()
    {
        Directory.CreateDirectory(_folder["hr"]);
        WriteImage(_folder["hr", "small.png"], 8, 8);
        Assert.Contains("small.png is 8×8", WrongInput("evaluate", "--hr", _folder["hr"], "--scale", "2"), StringComparison.Ordinal);
    }

    [Fact]
    public void NotebooksRun_CellThatThrows_ExitsOneAndKeepsTheOutputs()
    {
        Notebook notebook = Notebook.Create();
        notebook.Add(NotebookCell.Code("Console.WriteLine(\"before\");"));
        notebook.Add(NotebookCell.Code("int zero = 0;\nvar x = 1 / zero;"));
        notebook.Add(NotebookCell.Code("Console.WriteLine(\"after\");"));
        notebook.Write(_folder["bad.ipynb"]);
        CliResult result = Run("notebooks", "run", _folder["bad.ipynb"], "--out", _folder["out"]);
        Assert.Equal(1, result.Code);
        Assert.Contains($"error: {_folder["bad.ipynb"]} cell [2], line 2: DivideByZeroException", result.Error, StringComparison.Ordinal);
        Assert.Contains("failed in cell [2]", result.Out, StringComparison.Ordinal);
        string executed = File.ReadAllText(_folder["out", "bad.ipynb"]);
        Assert.Contains("before\\n", executed, StringComparison.Ordinal);
        Assert.DoesNotContain("after\\n", executed, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out", "index.html"]));
    }

    [Fact]
    public void NotebooksRun_FileThatIsNoNotebook_IsNamed()
    {
        File.WriteAllText(_folder["no.ipynb"], "[]");
        Assert.Contains("no.ipynb", WrongInput("notebooks", "run", _folder["no.ipynb"]), StringComparison.Ordinal);
    }
}
