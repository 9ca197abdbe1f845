using SuperRes.Lab.Course;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Training;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Experiments;

public sealed class ExperimentRunTests : IDisposable
{
    private const string Tiny = """
        {
          "name": "tiny", "seed": 1, "pretrained": "none",
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
    public void TrainLoader_StageWithItsOwnDegradations_UsesThem()
    {
        using ExperimentRun run = Open(Folder("degradations"), json: WithGrey(1));

        Assert.Equal([false, true], run.Experiment.Stages.Select(stage => IsGrey(run.TrainLoader(stage))));
        Assert.Contains("$.stages[1].degradations.greyscale.probability",
            Assert.Throws<InputException>(() => Experiment.Parse(WithGrey(7), "test")).Message);

        static string WithGrey(int probability) => Tiny.Replace(
            "\"frozen\": false", $$$"""
            "frozen": false, "degradations": { "greyscale": { "probability": {{{probability}}} } }
            """, StringComparison.Ordinal);

        static bool IsGrey(BatchLoader loader)
        {
            using (loader)
            using (Batch batch = loader.Next(TestContext.Current.CancellationToken))
            {
                return batch.Input.select(1, 0).allclose(batch.Input.select(1, 2), atol: 1e-3);
            }
        }
    }

    [Fact]
    public void OpenStage_WithItsOwnDistance_MeasuresWithIt()
    {
        using ExperimentRun run =
            Open(
            Folder("distances"), json: Tiny.Replace("\"epochs\": 2, \"samplesPerImage\": 2,", "\"epochs\": 1, \"distance\": \"mse\",",
            StringComparison.Ordinal));

        Assert.Equal([BaseLoss.L1, BaseLoss.Mse, BaseLoss.L1], new[] { 1, 0, 1 }.Select(DistanceOf));

        BaseLoss DistanceOf(int stage)
        {
            using StageSession session = run.OpenStage(stage, TestContext.Current.CancellationToken);
            return session.Learner.Loss.Distance;
        }
    }

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
        Assert.Contains(
            Directory.EnumerateFiles(folder.Path), file => Path.GetFileName(file).Contains("tfevents", StringComparison.Ordinal));
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
            Assert.ThrowsAny<OperationCanceledException>(
                () => run.Train(resume: true, [new StopAfter(steps, cancellation)], cancellation.Token));
        }

        using (ExperimentRun run = Open(broken))
        {
            run.Train(resume: true);
        }

        SavedWeights.AssertSame(whole.ModelFile, broken.ModelFile);
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

        byte[] bytes = File.ReadAllBytes(damaged.StateFile!);
        bytes[^1000] ^= 0xFF;
        File.WriteAllBytes(damaged.StateFile!, bytes);
        var messages = new List<string>();
        using (ExperimentRun run = Open(damaged, messages.Add))
        {
            run.Train(resume: true);
        }

        Assert.Contains(messages, message => message.Contains("damaged", StringComparison.Ordinal));
        SavedWeights.AssertSame(whole.ModelFile, damaged.ModelFile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"training\": { \"emaDecay\": 0.9, \"clipGradients\": 0.5 },")]
    public void Train_BrokenOffAtEachStep_EndsWithTheSameBits(string training)
    {
        string json = Tiny.Replace("\"seed\": 1,", "\"seed\": 1, " + training, StringComparison.Ordinal)
            .Replace("\"batchSize\": 2,", "\"batchSize\": 1, \"accumulate\": 3,", StringComparison.Ordinal);
        RunFolder whole = Folder("whole"), broken = Folder("broken");
        using (ExperimentRun run = Open(whole, json: json))
        {
            run.Train();
        }

        // A loader ahead of the training and other work on torch's generator must not matter.
        int sessions = 0;
        for (bool isDone = false; !isDone; sessions++)
        {
            using ExperimentRun run = Open(broken, json: json);
            using var cancellation = new CancellationTokenSource();
            using Tensor drawn = rand(7);
            try
            {
                run.Train(resume: true, [new StopAfter(1, cancellation)], cancellation.Token);
                isDone = true;
            }
            catch (OperationCanceledException)
            {
            }
        }

        Assert.Equal(StepLog.Read(whole.StepsFile).Count + 1, sessions);
        SavedWeights.AssertSame(whole.ModelFile, broken.ModelFile);
        Assert.Equal(File.ReadAllText(whole.StepsFile), File.ReadAllText(broken.StepsFile));
        Assert.Equal(WithoutTimes(whole), WithoutTimes(broken));
    }

    [Fact]
    public void Train_DiskFills_StopsAndKeepsTheLastGoodState()
    {
        RunFolder whole = Folder("whole"), full = Folder("full");
        using (ExperimentRun run = Open(whole))
        {
            run.Train();
        }

        int states = 0;
        AtomicFile.Disk.Value = (path, stream) => Path.GetFileName(path).StartsWith("state-", StringComparison.Ordinal) && ++states == 2
            ? new FullDisk(stream, 1000) : stream;
        using (ExperimentRun run = Open(full))
        {
            Assert.Contains("No space left", Assert.Throws<InputException>(() => run.Train()).Message, StringComparison.Ordinal);
        }

        AtomicFile.Disk.Value = null;
        Assert.EndsWith("state-000001.safetensors", full.StateFile, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(full.Path, "checkpoints"), "*.tmp"));
        using (ExperimentRun run = Open(full))
        {
            run.Train(resume: true);
        }

        SavedWeights.AssertSame(whole.ModelFile, full.ModelFile);
        Assert.Equal(WithoutTimes(whole), WithoutTimes(full));
    }

    [Fact]
    public void Train_LittleSpace_IsRefusedBeforeTheStage()
    {
        using ExperimentRun run = Open(Folder("little"));
        run.FreeSpace = _ => 1_000_000;
        string message = Assert.Throws<InputException>(() => run.Train()).Message;
        Assert.Contains("Stage 32 needs about", message, StringComparison.Ordinal);
        Assert.Contains("1 MB are free", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_FolderInUse_IsRefused()
    {
        RunFolder folder = Folder("used");
        using ExperimentRun first = Open(folder), second = Open(folder);
        InputException? refused = null;
        first.Train(callbacks: [new AtEpoch(() => refused ??= Assert.Throws<InputException>(() => second.Train(resume: true)))]);
        Assert.Contains("Another training is under way", refused!.Message, StringComparison.Ordinal);
        Assert.Equal(4, folder.ReadMetrics().Count);
    }

    [Fact]
    public async Task RequireFree_KilledProcessIsStillEnding_WaitsForItsEnd()
    {
        RunFolder folder = Folder("ending");
        FileStream held = FileLock.TryTake(Path.Combine(folder.Path, "run.lock"))!;
        bool hasEnded = false;
        Task ending = Task.Run(async () =>
        {
            await Task.Delay(300);
            hasEnded = true;
            await held.DisposeAsync();
        });
        folder.RequireFree();
        Assert.True(hasEnded);
        await ending;
    }

    [Fact]
    public void Train_LossBecomesNaN_KeepsTheBatchAReportAndTheStateBefore()
    {
        RunFolder folder = Folder("diverged");
        using ExperimentRun run = Open(folder);
        Poison poison = new(run.Model, atStep: 5);
        string message = Assert.Throws<DivergedException>(() => run.Train(callbacks: [poison])).Message;
        Assert.Contains("step 6 of stage 32", message, StringComparison.Ordinal);
        using (SafeTensors batch = SafeTensors.Open(folder.DivergedFile("32", 6)))
        {
            using Tensor input = batch.Read("input"), target = batch.Read("target");
            Assert.Equal([4, 3, 32, 32], input.shape);
            Assert.True(input.isfinite().all().item<bool>());
        }

        string report = File.ReadAllText(folder.ReportFile);
        Assert.Contains("Diverged", report, StringComparison.Ordinal);
        Assert.Contains("step 6 of stage 32", report, StringComparison.Ordinal);
        Assert.EndsWith("state-000001.safetensors", folder.StateFile, StringComparison.Ordinal);
    }

    [Fact]
    public void TrainFrom_LaterStage_LeavesTheEarlierOnesAsTheyWere()
    {
        RunFolder folder = Folder("from");
        using (ExperimentRun run = Open(folder))
        {
            run.Train();
        }

        byte[] model = File.ReadAllBytes(folder.ModelFile);
        string metrics = WithoutTimes(folder);
        using (ExperimentRun run = Open(folder))
        {
            run.TrainFrom("64");
        }

        Assert.Equal(model, File.ReadAllBytes(folder.ModelFile));
        Assert.Equal(metrics, WithoutTimes(folder));
    }

    [Fact]
    public void Open_BatchSizeLeftOpen_ChoosesOneAndKeepsIt()
    {
        RunFolder folder = Folder("open");
        string json = Tiny.Replace("\"batchSize\": 2,", "", StringComparison.Ordinal);
        using (ExperimentRun run = Open(folder, json: json))
        {
            float[] before = Flat(run.Model);
            Assert.True(run.Experiment.Stages[1].BatchSize is >= 1 and <= 64);
            Assert.Equal(before.Length, Flat(run.Model).Length);
        }

        using ExperimentRun plain = Open(Folder("plain")), left = Open(Folder("left"), json: json);
        Assert.Equal(Flat(plain.Model), Flat(left.Model));
    }

    [Fact]
    public async Task Weights_WhileOthersDrawFromTorch_FollowFromTheSeed()
    {
        using ExperimentRun alone = Open(Folder("alone"));
        using var stop = new CancellationTokenSource();
        Task drawing = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using Tensor drawn = randn(1000);
            }
        });
        using ExperimentRun beside = Open(Folder("beside"));
        await stop.CancelAsync();
        await drawing;
        Assert.Equal(Flat(alone.Model), Flat(beside.Model));
    }

    [Fact]
    public void Load_StateOfTheFirstFormat_IsStillRead()
    {
        RunFolder folder = Folder("first format");
        using (ExperimentRun run = Open(folder))
        {
            run.TrainStage("32");
        }

        string file = folder.StateFile!, old = Path.Combine(folder.Path, "checkpoints", "state.safetensors");
        File.Copy(file, old);
        foreach (string numbered in Directory.GetFiles(Path.Combine(folder.Path, "checkpoints"), "state-*"))
        {
            File.Delete(numbered);
        }

        Assert.Equal(old, folder.StateFile);
        using ExperimentRun again = Open(folder);
        again.Train(resume: true);
        Assert.Equal(4, folder.ReadMetrics().Count);
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

        SavedWeights.AssertSame(whole.ModelFile, single.ModelFile);
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
        using var run = new ExperimentRun(Experiment.Parse(Tiny.Replace("\"size\": 64", "\"size\": 128", StringComparison.Ordinal), "tiny"),
            Folder("large"), Photos);
        Assert.Throws<InputException>(() => run.CropSize(run.Experiment.Stages[1]));
    }

    private static float[] Flat(RestorationNetwork model) =>
        [.. StateDict.Entries(model).Where(entry => entry.Value.is_floating_point()).SelectMany(
        entry => entry.Value.data<float>().ToArray())];

    private RunFolder Folder(string name) => RunFolder.Create(Path.Combine(_folder, name));

    private ExperimentRun Open(RunFolder folder, Action<string>? log = null, string json = Tiny) =>
        new(Experiment.Parse(json, "tiny"), folder, Photos, log: log) { Reporter = new RunReporter() };

    private static string WithoutTimes(RunFolder folder) =>
        string.Join('\n', File.ReadAllLines(folder.MetricsFile).Select(line => line[..line.LastIndexOf(',')]));

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

    private sealed class AtEpoch(Action action) : LearnerCallback
    {
        public override void OnEpochEnd(Learner learner, EpochRecord epoch) => action();
    }

    /// <summary>Breaks a weight after a step, as a gradient that ran over would.</summary>
    private sealed class Poison(nn.Module model, int atStep) : LearnerCallback
    {
        public override void OnStepEnd(Learner learner, StepRecord step)
        {
            if (step.Step == atStep)
            {
                using IDisposable off = no_grad();
                model.parameters().First().fill_(float.NaN);
            }
        }
    }

    /// <summary>A disk that takes so many bytes.</summary>
    private sealed class FullDisk(Stream inner, int bytes) : Stream
    {
        private long _left = bytes;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            _left -= count;
            if (_left < 0)
            {
                throw new IOException("No space left on device");
            }

            inner.Write(buffer, offset, count);
        }
    }
}
