using SuperRes.Lab.Datasets;
using SuperRes.Lab.Course;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Experiments;

/// <summary>Resuming where there is less than there should be.</summary>
public sealed class LostStateTests : IDisposable
{
    private const string Tiny = """
        {
          "name": "lost", "seed": 1, "pretrained": "none",
          "model": { "body": "resnet18", "width": 0.125, "blocks": [1, 1, 1, 1], "norm": "batch" },
          "loss": { "blocks": [], "weights": [] },
          "data": { "validFraction": 0.2 },
          "stages": [
            { "name": "first", "size": 32, "batchSize": 4, "epochs": 1, "learningRate": 2e-3 },
            { "name": "second", "size": 32, "batchSize": 2, "accumulate": 3, "epochs": 2, "learningRate": 1e-3, "frozen": false }
          ]
        }
        """;

    private readonly TempFolder _folder = new();
    private readonly List<string> _messages = [];

    public LostStateTests()
    {
        for (int i = 0; i < 10; i++)
        {
            ImageCodec.Write(DeadLeaves.Generate(new DeadLeavesOptions { Size = 64, Seed = 5 }, i), _folder["photos", $"{i}.png"]);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_AllStatesDamaged_GoesOnBehindTheFinishedStageAndKeepsWhatIsDamaged()
    {
        RunFolder whole = Trained("whole"), damaged = Trained("damaged");
        DamageStates(damaged);
        byte[] first = File.ReadAllBytes(damaged.StageFile("first"));
        File.Delete(damaged.StageFile("second"));
        using (ExperimentRun run = Open(damaged))
        {
            run.Train(resume: true);
        }

        Assert.Contains(_messages, message => message.Contains("resuming after stage first", StringComparison.Ordinal));
        Assert.Equal(first, File.ReadAllBytes(damaged.StageFile("first")));
        Assert.Equal(File.ReadAllText(whole.StepsFile), File.ReadAllText(damaged.StepsFile));
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(damaged.ModelFile)!, "*.damaged").Length);
        SavedWeights.AssertSame(whole.ModelFile, damaged.ModelFile);
    }

    [Fact]
    public void Train_NothingLeftToGoOnFrom_IsRefusedAndKeepsTheRows()
    {
        RunFolder folder = Trained("run");
        DamageStates(folder);
        File.Delete(folder.StageFile("first"));
        string metrics = File.ReadAllText(folder.MetricsFile);
        using ExperimentRun run = Open(folder);
        Assert.Contains("no finished stage", Assert.Throws<InputException>(() => run.Train(resume: true)).Message,
            StringComparison.Ordinal);
        Assert.Equal(metrics, File.ReadAllText(folder.MetricsFile));
    }

    [Fact]
    public void Train_FromThatWasKilledBeforeItsFirstState_GoesOnInThatStage()
    {
        RunFolder whole = Trained("whole"), folder = Trained("run");
        using (ExperimentRun run = Open(folder))
        using (var cancellation = new CancellationTokenSource())
        {
            Assert.Throws<OperationCanceledException>(
                () => run.TrainFrom("second", [new StopAtBatch(1, cancellation)], cancellation.Token));
        }

        foreach (string state in Directory.GetFiles(Path.GetDirectoryName(folder.ModelFile)!, "state-*"))
        {
            File.Delete(state); // as if it had been killed
        }

        using (ExperimentRun run = Open(folder))
        {
            run.Train(resume: true);
        }

        Assert.Equal(File.ReadAllText(whole.StepsFile), File.ReadAllText(folder.StepsFile));
        SavedWeights.AssertSame(whole.ModelFile, folder.ModelFile);
    }

    [Fact]
    public void Train_CancelledAmongTheBatchesOfAStep_EndsWithTheSameBits()
    {
        RunFolder whole = Trained("whole"), broken = Folder("broken");
        for (int batch = 1; batch < 40; batch++)
        {
            using ExperimentRun run = Open(broken);
            using var cancellation = new CancellationTokenSource();
            try
            {
                run.Train(resume: true, [new StopAtBatch(batch, cancellation)], cancellation.Token);
                break;
            }
            catch (OperationCanceledException)
            {
            }
        }

        SavedWeights.AssertSame(whole.ModelFile, broken.ModelFile);
        Assert.Equal(File.ReadAllText(whole.StepsFile), File.ReadAllText(broken.StepsFile));
    }

    [Fact]
    public void Train_RowsOfStepsLost_SaysSoAndGoesOn()
    {
        RunFolder folder = Trained("run");
        File.WriteAllText(folder.StepsFile, "");
        using ExperimentRun run = Open(folder);
        run.Train(resume: true);
        Assert.Contains(_messages, message => message.Contains("has lost", StringComparison.Ordinal));
    }

    [Fact]
    public void Train_ValidationBecomesNaN_StopsWithAReport()
    {
        RunFolder folder = Folder("nan");
        using ExperimentRun run = Open(folder);
        var failure = Assert.Throws<DivergedException>(() => run.Train(callbacks: [new Poison()]));
        Assert.Contains("validation loss became NaN after epoch 1 of stage first (pixel NaN)", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.ReportFile));
        Assert.Contains("No state was saved before it.", _messages);
    }

    [Theory]
    [InlineData("scale=4", "$.data.degradations.downscale.factor is 2, but $.scale is 4")]
    [InlineData("optimizer.weightDecay=-1", "$.optimizer.weightDecay")]
    [InlineData("optimizer.beta2=1.5", "$.optimizer.beta2")]
    [InlineData("stages.0=null", "$.stages holds null")]
    public void Load_ImpossibleValue_IsNamed(string change, string expected)
    {
        File.WriteAllText(_folder["e.json"], Tiny);
        Assert.Contains(
            expected, Assert.Throws<InputException>(() => Experiment.Load(_folder["e.json"], [change])).Message, StringComparison.Ordinal);
    }

    private static void DamageStates(RunFolder folder)
    {
        foreach (string state in Directory.GetFiles(Path.GetDirectoryName(folder.ModelFile)!, "state-*.safetensors"))
        {
            File.WriteAllBytes(state, File.ReadAllBytes(state)[..5000]);
        }
    }

    private RunFolder Folder(string name) => RunFolder.Create(_folder[name]);

    private ExperimentRun Open(RunFolder folder) =>
        new(Experiment.Parse(Tiny, "lost"), folder, _folder["photos"], log: _messages.Add) { Reporter = new RunReporter() };

    private RunFolder Trained(string name)
    {
        RunFolder folder = Folder(name);
        using ExperimentRun run = Open(folder);
        run.Train();
        return folder;
    }

    /// <summary>Cancels while the batches of a step come in, not at a step's end.</summary>
    private sealed class StopAtBatch(int batch, CancellationTokenSource cancellation) : LearnerCallback
    {
        private CountingModule? _counting;

        public override void OnEpochBegin(Learner learner) => _counting ??= new CountingModule(learner.Model, batch, cancellation);
    }

    private sealed class CountingModule
    {
        private int _seen;

        public CountingModule(RestorationNetwork model, int batch, CancellationTokenSource cancellation) =>
            model.register_forward_pre_hook((module, input) =>
        {
            if (++_seen == batch)
            {
                cancellation.Cancel();
            }

            return input;
        });
    }

    private sealed class Poison : LearnerCallback
    {
        public override void OnStepEnd(Learner learner, StepRecord step)
        {
            if (step.Step < learner.StepsPerEpoch - 1)
            {
                return;
            }

            using IDisposable off = no_grad();
            learner.Model.parameters().First().fill_(float.NaN);
        }
    }
}
