using SuperRes.Lab.Cli;
using static SuperRes.Lab.Tests.Cli.CliHarness;

namespace SuperRes.Lab.Tests.Cli;

public sealed class TrainTests : IDisposable
{
    private const string Experiment = """
        { "name": "cli-test", "seed": 3, "pretrained": "none", "loss": { "blocks": [], "weights": [] },
          "model": { "body": "resnet18", "width": 0.25, "blocks": [1, 1, 1, 1], "norm": "batch" },
          "stages": [ { "name": "first", "size": 32, "batchSize": 4, "epochs": 2, "learningRate": 1e-3 },
                      { "name": "second", "size": 32, "batchSize": 4, "epochs": 1, "learningRate": 1e-4, "frozen": false } ] }
        """;

    private readonly TempFolder _folder = new();

    public TrainTests()
    {
        File.WriteAllText(_folder["e.json"], Experiment);
        Directory.CreateDirectory(_folder["photos"]);
        for (int i = 0; i < 10; i++)
        {
            // Not waves alone: photos that look alike are kept on one side of the split.
            var image = new SuperRes.Lab.Imaging.RgbImage(48, 48);
            var random = new RandomStream(i, "test photo");
            (int x, int y, int level) = (random.NextInt(8, 40), random.NextInt(8, 40), random.NextInt(30, 220));
            for (int p = 0; p < image.Pixels.Length; p++)
            {
                bool inside = (p / 3 % 48 < x) ^ (p / 3 / 48 < y);
                image.Pixels[p] = (byte)(inside ? level : 255 - level);
            }

            SuperRes.Lab.Imaging.ImageCodec.Write(image, _folder["photos", $"{i}.png"]);
        }
    }

    private string[] Command => ["train", _folder["e.json"], "--images", _folder["photos"], "--run", _folder["run"]];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_WholeRun_PrintsTheTableAndKeepsAnEarlierRun()
    {
        CliResult result = Run(Command);
        Assert.Equal(0, result.Code);
        string[] lines = result.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(["stage", "epoch", "train_loss", "valid_loss", "pixel", "psnr", "ssim", "time"],
            lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(
            ["first 1", "first 2", "second 1"],
            lines[1..].Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2])));
        Assert.All(lines, line => Assert.Equal(lines[0].Length, line.Length));
        Assert.Contains("model.safetensors", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("upscale", _folder["photos", "1.png"], "--model", _folder["run"], "--out", _folder["up.png"]).Code);

        CliResult again = Run([.. Command, "--set", "stages.0.epochs=1"]);
        Assert.Equal(0, again.Code);
        Assert.Contains($"The run that was in {_folder["run"]} is kept as {_folder["run"]}-1.", again.Error, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(_folder["run-1", "metrics.csv"]).Length);
        Assert.Equal(3, File.ReadAllLines(_folder["run", "metrics.csv"]).Length);
        Assert.Contains(
            "was begun with another experiment: $.seed was 3 and is 4",
            WrongInput([.. Command, "--resume", "--set", "stages.0.epochs=1", "--set", "seed=4"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_Interrupted_Exits130AndSaysHowToGoOn()
    {
        using var source = new CancellationTokenSource();
        using var stopping = new StopAtFirstEpoch(source);
        using var error = new StringWriter { NewLine = "\n" };
        int code = CommandLineHost.Run(Command, stopping, error, new ConsoleEnvironment(), source.Token);
        Assert.Equal(130, code);
        Assert.Contains($"Resume with: superres train {_folder["e.json"]} --images {_folder["photos"]} --run {_folder["run"]} --resume",
            error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("Interrupted; what was finished is saved.\n", error.ToString(), StringComparison.Ordinal);
        CliResult resumed = Run([.. Command, "--resume"]);
        Assert.Equal(0, resumed.Code);
        Assert.Equal(4, File.ReadAllLines(_folder["run", "metrics.csv"]).Length);
    }

    [Fact]
    public void Train_Plan_PrintsStagesAndTrainsNothing()
    {
        CliResult result = Run([.. Command, "--plan"]);
        Assert.Equal(0, result.Code);
        string[] lines = result.Out.Split('\n');
        Assert.Contains(
            lines, line => line.Contains("first", StringComparison.Ordinal) && line.Contains("32", StringComparison.Ordinal)
            && line.Contains("1e-3", StringComparison.Ordinal));
        Assert.Contains("about 9 to train, 1 to validate", result.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public void Train_PlanOverAFolderWithOtherImages_NamesThem()
    {
        _folder.Write("photos/film.dng", [.. "MM\0*"u8, .. new byte[100]]);
        CliResult result = Run([.. Command, "--plan"]);
        Assert.Equal(0, result.Code);
        string words = string.Join(' ', result.Out.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("1 image of a kind that can't be read is left out: film.dng", words, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_Sweep_MakesARunForEachValueAndComparesThem()
    {
        CliResult result = Run([.. Command, "--set", "stages.0.epochs=1", "--set", "seed=3,4"]);
        Assert.Equal(0, result.Code);
        Assert.Equal(3, File.ReadAllLines(_folder["run-seed=3", "metrics.csv"]).Length);
        Assert.Equal(3, File.ReadAllLines(_folder["run-seed=4", "metrics.csv"]).Length);
        Assert.Contains("seed=4 (2 of 2)", result.Error, StringComparison.Ordinal);

        CliResult compared = Run("runs", _folder["run-seed=3"], _folder["run-seed=4"], "--csv", "-", "--html", _folder["runs.html"]);
        Assert.Equal(0, compared.Code);
        string[] lines = compared.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.EndsWith(",seed", lines[0].TrimEnd('\r'), StringComparison.Ordinal);
        Assert.EndsWith(",4", lines[2].TrimEnd('\r'), StringComparison.Ordinal);
        Assert.Contains("differ in seed.", File.ReadAllText(_folder["runs.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_FolderWithoutRun_IsNamed() =>
        Assert.Contains(_folder["nothing"], WrongInput("runs", _folder["nothing"]), StringComparison.Ordinal);

    [Fact]
    public void Train_ResumeAndFrom_AreNotGivenTogether()
        => Assert.Contains("give one of them", WrongInput([.. Command, "--resume", "--from", "second"]), StringComparison.Ordinal);

    [Fact]
    public void Train_From_TrainsTheRestAnew()
    {
        Assert.Equal(0, Run(Command).Code);
        CliResult again = Run([.. Command, "--from", "second"]);
        Assert.Equal(0, again.Code);
        Assert.Single(again.Out.TrimEnd('\n').Split('\n')[1..]);
        Assert.Equal(4, File.ReadAllLines(_folder["run", "metrics.csv"]).Length);
    }

    [Fact]
    public void Train_FromWithOtherPhotosAndAnotherStage_TrainsItWithThoseAndKeepsWhatWasBefore()
    {
        Assert.Equal(0, Run(Command).Code);
        string[] before = File.ReadAllLines(_folder["run", "metrics.csv"]);
        Directory.CreateDirectory(_folder["more"]);
        foreach (string photo in Directory.GetFiles(_folder["photos"]))
        {
            File.Copy(photo, Path.Combine(_folder["more"], Path.GetFileName(photo)));
            File.Copy(photo, Path.Combine(_folder["more"], "copy-" + Path.GetFileName(photo)));
        }

        string[] other = ["train", _folder["e.json"], "--images", _folder["more"], "--run", _folder["run"], "--set", "stages.1.epochs=2"];
        CliResult again = Run([.. other, "--from", "second"]);

        Assert.Equal(0, again.Code);
        Assert.Contains("was begun with: so it is from stage second on.", again.Error, StringComparison.Ordinal);
        string[] after = File.ReadAllLines(_folder["run", "metrics.csv"]);
        Assert.Equal(before[..^1], after[..^2]);
        Assert.Equal(0, Run([.. other, "--resume"]).Code);
        Assert.Contains("$.stages[0].epochs was", WrongInput([.. other, "--from", "second", "--set", "stages.0.epochs=1"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WhatCanNotBeTrained_LeavesTheEarlierRunAsItIs()
    {
        Assert.Equal(0, Run(Command).Code);
        string[] Files() => [.. Directory.GetFiles(_folder["run"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        string[] before = Files(), rows = File.ReadAllLines(_folder["run", "metrics.csv"]);
        Assert.Contains("nothing", WrongInput("train", _folder["e.json"], "--images", _folder["nothing"], "--run", _folder["run"]),
            StringComparison.Ordinal);
        Assert.Equal(2, Run([.. Command, "--set", "stages.0.size=64"]).Code);
        Assert.Equal(2, Run([.. Command, "--from", "second", "--set", "stages.1.size=64"]).Code);
        Assert.Equal(before, Files());
        Assert.Equal(rows, File.ReadAllLines(_folder["run", "metrics.csv"]));
        Assert.False(Directory.Exists(_folder["run-1"]));
    }

    [Fact]
    public void Train_ResumeWithPhotosOfOtherTimesOrAnotherFeatureNetwork_TakesTheFirstAlone()
    {
        Assert.Equal(0, Run(Command).Code);
        Directory.CreateDirectory(_folder["copy"]);
        foreach (string photo in Directory.GetFiles(_folder["photos"]))
        {
            File.Copy(photo, _folder["copy", Path.GetFileName(photo)]);
            File.SetLastWriteTimeUtc(_folder["copy", Path.GetFileName(photo)], DateTime.UtcNow.AddDays(-1));
        }

        string[] copied = ["train", _folder["e.json"], "--images", _folder["copy"], "--run", _folder["run"], "--resume"];
        Assert.Equal(0, Run(copied).Code);
        File.AppendAllText(_folder["copy", "1.png"], "longer");
        Assert.Contains("are not those that the run", Refused(copied), StringComparison.Ordinal);
        File.WriteAllText(_folder["run", "experiment.json"], File.ReadAllText(
            _folder["run", "experiment.json"]).Replace("\"pretrainedLoss\": false", "\"pretrainedLoss\": true", StringComparison.Ordinal));
        Assert.Contains("had pretrained weights in its vgg16_bn, and has random ones now", Refused([.. Command, "--resume"]),
            StringComparison.Ordinal);

        static string Refused(string[] command)
        {
            CliResult result = Run(command);
            Assert.Equal(2, result.Code);
            return result.Error;
        }
    }

    [Fact]
    public void Train_SweepWithARunThatDiverges_TrainsTheOthersAndExits1()
    {
        CliResult result = Run([.. Command, "--set", "stages.0.epochs=1", "--set", "stages.0.learningRate=1e30,1e-3,1e-4"]);
        Assert.Equal(1, result.Code);
        Assert.Contains("failed: stages.0.learningRate=1e30", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["run-stages.0.learningRate=1e30", "report.html"]));
        Assert.Equal(3, File.ReadAllLines(_folder["run-stages.0.learningRate=1e-4", "metrics.csv"]).Length);
        Assert.Contains("learningRate", result.Out, StringComparison.Ordinal);
        Assert.Contains("1 twice", WrongInput([.. Command, "--set", "seed=1,2,1"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_OneThatCanNotBeRead_IsLeftOutAndNamed()
    {
        Assert.Equal(0, Run([.. Command, "--set", "stages.0.epochs=1"]).Code);
        Assert.Equal(0, Run(
            ["train", _folder["e.json"], "--images", _folder["photos"], "--run", _folder["other"], "--set", "stages.0.epochs=1"]).Code);
        foreach (string broken in new[] { "",
            File.ReadAllText(_folder["other", "metrics.csv"]).Replace("second,1,", "second,abc,", StringComparison.Ordinal) })
        {
            File.WriteAllText(_folder["other", "metrics.csv"], broken);
            CliResult result = Run("runs", _folder["run"], _folder["other"]);
            Assert.Equal(0, result.Code);
            Assert.Contains(_folder["other", "metrics.csv"], result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("other", result.Out, StringComparison.Ordinal);
            Assert.Contains("\nrun ", result.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Train_ResumeWithoutRun_SaysSo()
        => Assert.Contains($"There is no run in {_folder["run"]}", WrongInput([.. Command, "--resume"]), StringComparison.Ordinal);

    [Fact]
    public void Train_PhotosSmallerThanTheCrop_AreNamed()
    {
        CliResult result = Run([.. Command, "--set", "stages.0.size=64"]);
        Assert.Equal(2, result.Code);
        Assert.Contains("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("48", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void LrFind_FirstStage_PrintsSuggestionsAndWritesThePlot()
    {
        CliResult result = Run("lr-find", _folder["e.json"], "--images", _folder["photos"], "--run", _folder["run"], "--iterations", "30",
            "--plot", _folder["lr.png"]);
        Assert.Equal(0, result.Code);
        Assert.Matches("^steepest slope  [0-9.]+e-?[0-9]+\nminimum / 10    [0-9.]+e-?[0-9]+\n$", result.Out);
        Assert.True(SuperRes.Lab.Imaging.ImageCodec.ReadHeader(_folder["lr.png"]).Width > 100);
    }

    /// <summary>An output that interrupts when the first row of the table is written.</summary>
    private sealed class StopAtFirstEpoch(CancellationTokenSource source) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value!.StartsWith("first ", StringComparison.Ordinal))
            {
                source.Cancel();
            }
        }
    }
}
