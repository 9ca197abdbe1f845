using SuperRes.Lab.Data;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Experiments;

/// <summary>Runs alone: torch has one random state for the process, and a test beside this one could draw from it between seed and weights.</summary>
[CollectionDefinition("torch's random state", DisableParallelization = true)]
public sealed class TorchRandomState;

[Collection("torch's random state")]
public sealed class ExperimentRunTests : IDisposable
{
    private const string Tiny = """
        {
          "name": "tiny", "pretrained": "none",
          "model": { "body": "resnet18", "width": 0.125, "blocks": [1, 1, 1, 1], "residual": true },
          "loss": { "blocks": [], "weights": [] },
          "data": { "validFraction": 0.2 },
          "stages": [
            { "name": "32", "size": 32, "batchSize": 4, "epochs": 2, "samplesPerImage": 2, "learningRate": 2e-3 },
            { "name": "64", "size": 64, "batchSize": 2, "epochs": 2, "learningRate": "slice(1e-4,1e-3)", "frozen": false }
          ]
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("superres-run").FullName;

    public ExperimentRunTests()
    {
        for (int i = 0; i < 10; i++)
        {
            ImageCodec.Write(DeadLeaves.Generate(new DeadLeavesOptions { Size = 96, Seed = 5 }, i), Path.Combine(Photos, $"{i}.png"));
        }
    }

    private string Photos => Path.Combine(_folder, "photos");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Train_AllStages_LeavesARunFolderWhoseModelRuns()
    {
        RunFolder folder = Folder("whole");
        using (ExperimentRun run = Open(folder))
        {
            run.Train();
        }

        Assert.Equal(["32", "32", "64", "64"], folder.ReadMetrics().Select(epoch => epoch.Stage));
        Assert.All(folder.ReadMetrics(), epoch => Assert.True(epoch.Psnr is > 10 and < 60 && epoch.ValidLoss > 0));
        Assert.Equal("tiny", Experiment.Load(folder.ExperimentFile).Name);
        Assert.True(File.Exists(folder.SampleFile("64", 1)));
        Assert.Contains("Loss over the stages", File.ReadAllText(folder.ReportFile), StringComparison.Ordinal);
        Assert.Contains(Directory.EnumerateFiles(folder.Path), file => Path.GetFileName(file).Contains("tfevents", StringComparison.Ordinal));
        using RestorationModel model = RestorationModel.Load(folder.ModelFile);
        Assert.Equal((2, "super-resolution"), (model.Scale, model.Task));
        using Tensor output = model.Predict(rand(1, 3, 50, 70));
        Assert.Equal([1, 3, 50, 70], output.shape);
    }

    [Fact]
    public void Train_BrokenOffAndResumed_EndsWithTheSameBits()
    {
        RunFolder whole = Folder("whole"), broken = Folder("broken");
        using (ExperimentRun run = Open(whole))
        {
            run.Train();
        }

        foreach (int steps in (int[])[6, 3])
        {
            using ExperimentRun run = Open(broken);
            using var cancellation = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => run.Train(resume: true, [new StopAfter(steps, cancellation)], cancellation.Token));
        }

        using (ExperimentRun run = Open(broken))
        {
            run.Train(resume: true);
        }

        AssertSameWeights(whole.ModelFile, broken.ModelFile);
        Assert.Equal(
            whole.ReadMetrics().Select(epoch => (epoch.Stage, epoch.Epoch, epoch.Rate, epoch.TrainLoss, epoch.ValidLoss, epoch.Psnr)),
            broken.ReadMetrics().Select(epoch => (epoch.Stage, epoch.Epoch, epoch.Rate, epoch.TrainLoss, epoch.ValidLoss, epoch.Psnr)));
    }

    [Fact]
    public void Train_DamagedState_GoesOnFromTheOneBefore()
    {
        RunFolder whole = Folder("whole"), damaged = Folder("damaged");
        using (ExperimentRun run = Open(whole))
        {
            run.Train();
        }

        using (ExperimentRun run = Open(damaged))
        {
            run.TrainStage("32");
        }

        byte[] bytes = File.ReadAllBytes(damaged.StateFile);
        bytes[^1000] ^= 0xFF;
        File.WriteAllBytes(damaged.StateFile, bytes);
        var messages = new List<string>();
        using (ExperimentRun run = Open(damaged, messages.Add))
        {
            run.Train(resume: true);
        }

        Assert.Contains(messages, message => message.Contains("damaged", StringComparison.Ordinal));
        AssertSameWeights(whole.ModelFile, damaged.ModelFile);
    }

    [Fact]
    public void TrainStage_OneAfterTheOther_EqualsTraining()
    {
        RunFolder whole = Folder("whole"), single = Folder("single");
        using (ExperimentRun run = Open(whole))
        {
            run.Train();
        }

        foreach (string stage in (string[])["32", "64"])
        {
            using ExperimentRun run = Open(single);
            run.TrainStage(stage);
        }

        AssertSameWeights(whole.ModelFile, single.ModelFile);
        Assert.Equal(4, single.ReadMetrics().Count);
    }

    [Fact]
    public void TrainStage_StageBeforeMissing_SaysHowToMakeIt()
    {
        using ExperimentRun run = Open(Folder("none"));
        InputException error = Assert.Throws<InputException>(() => run.TrainStage("64"));
        Assert.Contains("superres train tiny", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindLr_Afterwards_WeightsAreWhatTheyWere()
    {
        using ExperimentRun run = Open(Folder("finder"));
        float[] before = Flat(run.Model);
        LrFinderResult result = run.FindLr("32", iterations: 20);
        Assert.Equal(before, Flat(run.Model));
        Assert.True(result.Rates.Count is > 1 and <= 20);
        Assert.NotNull(result.Plot().ToPng());
    }

    [Fact]
    public void Open_CropLargerThanPhotos_NamesThem()
    {
        using var run = new ExperimentRun(Experiment.Parse(Tiny.Replace("\"size\": 64", "\"size\": 128", StringComparison.Ordinal), "tiny"), Folder("large"), Photos);
        Assert.Throws<InputException>(() => run.CropSize(run.Experiment.Stages[1]));
    }

    private static float[] Flat(RestorationNetwork model) => [.. StateDict.Entries(model).Where(entry => entry.Value.is_floating_point()).SelectMany(entry => entry.Value.data<float>().ToArray())];

    private static void AssertSameWeights(string expected, string actual)
    {
        using SafeTensors a = SafeTensors.Open(expected), b = SafeTensors.Open(actual);
        foreach (SafeTensorEntry entry in a.Entries)
        {
            using Tensor x = a.Read(entry.Name), y = b.Read(entry.Name);
            Assert.True(x.equal(y).all().item<bool>(), entry.Name);
        }
    }

    private RunFolder Folder(string name) => RunFolder.Create(Path.Combine(_folder, name));

    private ExperimentRun Open(RunFolder folder, Action<string>? log = null) => new(Experiment.Parse(Tiny, "tiny"), folder, Photos, log: log);

    private sealed class StopAfter(int steps, CancellationTokenSource cancellation) : LearnerCallback
    {
        private int _seen;

        public override void OnStepEnd(Learner learner, StepRecord step)
        {
            if (++_seen == steps)
            {
                cancellation.Cancel();
            }
        }
    }
}
