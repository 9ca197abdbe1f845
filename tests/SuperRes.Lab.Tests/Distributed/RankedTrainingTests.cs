using System.Diagnostics;
using System.Globalization;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Distributed;

/// <summary>Whole trainings of a small U-Net under mpirun. They take a minute, and need Open MPI, one of them MPICH.</summary>
[Collection("counts tensors and random numbers")]
public sealed class RankedTrainingTests : IDisposable
{
    // Twenty steps. A network with random weights and batch norm is chaotic in float32: with ResNet-34, or with Adam's usual epsilon, under
    // which a gradient of nearly nothing makes a whole step, the last bit of a picture shows in the weights, on one rank too. The gradients
    // themselves are held against one rank's in float64, by DividedTrainingTests.
    private const string Experiment = """
        { "name": "ranks", "pretrained": "none", "loss": { "base": "mse", "blocks": [], "weights": [] },
          "model": { "body": "resnet18", "width": 0.125, "norm": "NORM" }, "data": { "validFraction": 0.2 },
          "optimizer": { "epsilon": 0.01 }, "training": { "emaDecay": 0.9, "clipGradients": 1 }, "checkpoints": { "everySteps": 2 },
          "stages": [ { "name": "first", "size": 64, "batchSize": 4, "epochs": 1, "samplesPerImage": 5, "learningRate": 1e-5 },
                      { "name": "second", "size": 64, "batchSize": 4, "epochs": 1, "samplesPerImage": 5,
                          "learningRate": "slice(1e-6,1e-5)", "frozen": false } ] }
        """;

    private readonly TempFolder _folder = new();
    private readonly ITestOutputHelper _output;

    public RankedTrainingTests(ITestOutputHelper output)
    {
        _output = output;
        Directory.CreateDirectory(_folder["photos"]);
        for (int i = 0; i < 10; i++)
        {
            ImageCodec.Write(DeadLeaves.Generate(new DeadLeavesOptions { Size = 64, Seed = 5 }, i), _folder["photos", $"{i}.png"]);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("weight", "openmpi", 2)]
    [InlineData("batch", "openmpi", 2, 4)]
    [InlineData("batch", "mpich", 2)]
    public async Task Train_OnSeveralRanks_HasWeightsAndMetricsOfOne(string norm, string launcher, params int[] sizes)
    {
        MpiJob.SkipUnlessHere(launcher);
        foreach (int ranks in (int[])[1, .. sizes])
        {
            (int code, string said) = await Train($"on-{ranks}", ranks, norm, launcher: launcher);
            Assert.True(code == 0, said); // the ranks compare the digests of their weights before they end
        }

        foreach (string run in sizes.Select(ranks => $"on-{ranks}"))
        {
            double weights = Difference("on-1", run);
            double metrics = Metrics("on-1").Zip(Metrics(run), (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(a))).Max();
            _output.WriteLine($"{norm} {launcher} {run}: weights {weights:g2}, metrics {metrics:g2}");
            Assert.True(weights <= 1e-5 && metrics <= 1e-5, $"{norm} {run}: weights {weights:g2}, metrics {metrics:g2}");
        }
    }

    [Fact]
    public async Task Train_RanksWithOtherExperiments_AreRefusedBeforeTheFirstStep()
    {
        MpiJob.SkipUnlessHere();
        _folder.Write("e.json", Experiment.Replace("NORM", "weight", StringComparison.Ordinal));
        string[] train = ["train", _folder["e.json"], "--images", _folder["photos"], "--run", _folder["run"]];
        string[] other = [":", "-np", "1", .. MpiJob.Superres, .. train, "--set", "seed=7"];

        (int code, string said) = await MpiJob.Run(1, [.. train, .. other], always: true);

        Assert.Equal(2, code);
        Assert.Contains("Rank 1 of 2 has another experiment than rank 0", said, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["run", "steps.csv"]));
    }

    [Fact]
    public async Task Train_LauncherWithoutMpi_IsRefused()
    {
        MpiJob.SkipUnlessHere();
        _folder.Write("e.json", Experiment.Replace("NORM", "weight", StringComparison.Ordinal));

        string[] train = ["train", _folder["e.json"], "--images", _folder["photos"], "--run", _folder["run"]];
        (int code, string said) = await MpiJob.Run(1, train, environment: ("SLURM_STEP_NUM_TASKS", "2"));

        Assert.Equal(2, code);
        Assert.Contains("srun started 2 processes (SLURM_STEP_NUM_TASKS)", said, StringComparison.Ordinal);
        Assert.Contains("--mpi=pmix", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public async Task Train_OneRankIsWarned_AllSaveAndTheRunGoesOnWithTheSameBits()
    {
        MpiJob.SkipUnlessHere();
        (int code, string said) = await Train("whole", 2, "weight");
        Assert.True(code == 0, said);

        (code, said) = await Train("warned", 2, "weight", started: async launcher =>
        {
            await Task.Delay(300);
            Process.Start("kill", ["-USR1", MpiJob.RanksOf(launcher)[1].ToString(CultureInfo.InvariantCulture)]).WaitForExit();
        });

        Assert.Equal(130, code);
        Assert.Contains("Resume with: superres train", said, StringComparison.Ordinal);
        int steps = File.ReadAllLines(_folder["warned", "steps.csv"]).Length - 1;
        Assert.InRange(steps, 1, 19);
        (code, said) = await Train("warned", 2, "weight", resume: true);
        Assert.True(code == 0, said);
        Assert.Equal(File.ReadAllBytes(Weights("whole")), File.ReadAllBytes(Weights("warned")));
    }

    [Fact]
    public async Task Train_RankKilledAtRandomMoments_EndsTheJobAndResumesWithTheSameBits()
    {
        MpiJob.SkipUnlessHere();
        int kills = int.Parse(Environment.GetEnvironmentVariable("SUPERRES_KILLS") ?? "1", CultureInfo.InvariantCulture);
        (int code, string said) = await Train("whole", 2, "batch");
        Assert.True(code == 0, said);
        for (int i = 0; i < kills; i++)
        {
            int rank = Random.Shared.Next(2), delay = Random.Shared.Next(4000);
            var clock = new Stopwatch();
            (code, said) = await Train("killed", 2, "batch", resume: i > 0, async launcher =>
            {
                await Task.Delay(delay);
                if (MpiJob.RanksOf(launcher) is { Length: 2 } processes)
                {
                    Process.Start("kill", ["-KILL", processes[rank].ToString(CultureInfo.InvariantCulture)]).WaitForExit();
                }

                clock.Start();
            });
            _output.WriteLine($"kill {i + 1}: rank {rank} after {delay} ms: exit {code}, ended after {clock.Elapsed.TotalSeconds:f1} s");
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), said);
            if (code == 0)
            {
                break; // it was done before it was hit
            }
        }

        RunFolder.Open(_folder["killed"]).RequireFree(); // mpirun ends before a rank that it killed has ended
        CopyOf("killed", "alone");
        (code, said) = await Train("killed", 2, "batch", resume: true);
        Assert.True(code == 0, said);
        Assert.Equal(File.ReadAllBytes(Weights("whole")), File.ReadAllBytes(Weights("killed")));
        Assert.Equal(Metrics("whole"), Metrics("killed"));
        Assert.Equal(File.ReadAllText(_folder["whole", "steps.csv"]), File.ReadAllText(_folder["killed", "steps.csv"]));
        (code, said) = await Train("alone", 1, "batch", resume: true);
        Assert.True(code == 0, said);
        Assert.True(Difference("whole", "alone") <= 1e-5, $"resumed on one rank: {Difference("whole", "alone"):g2}");
    }

    private Task<(int Code, string Said)> Train(
        string run, int ranks, string norm, bool resume = false, Func<Process, Task>? started = null, string launcher = "openmpi")
    {
        _folder.Write("e.json", Experiment.Replace("NORM", norm, StringComparison.Ordinal));
        return MpiJob.Run(ranks,
            ["train", _folder["e.json"], "--images", _folder["photos"], "--run", _folder[run], .. resume ? ["--resume"] : (string[])[]],
            started, launcher);
    }

    private string Weights(string run) => _folder[run, "checkpoints", "model.safetensors"];

    private double Difference(string run, string other)
    {
        using var scope = NewDisposeScope();
        using RestorationModel one = RestorationModel.Load(Weights(run)), two = RestorationModel.Load(Weights(other));

        // Of values above 1, such as the variances of batch norms, the relative difference.
        double Of(Tensor a, Tensor b) => ((a - b).abs() / a.abs().clamp(min: 1)).max().item<double>();
        return StateDict.Entries(one.Network).Zip(StateDict.Entries(two.Network)).Max(pair =>
            Of(pair.First.Value.to(ScalarType.Float64), pair.Second.Value.to(ScalarType.Float64)));
    }

    /// <summary>All of metrics.csv but the stages' names and the seconds.</summary>
    private double[] Metrics(string run) =>
    [
        .. File.ReadAllLines(_folder[run, "metrics.csv"])[1..].SelectMany(line => line.Split(',')[1..^1])
            .Where(text => text.Length > 0).Select(text => double.Parse(text, CultureInfo.InvariantCulture)),
    ];

    private void CopyOf(string run, string copy)
    {
        foreach (string file in Directory.GetFiles(_folder[run], "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "run.lock"))
        {
            string target = Path.Combine(_folder[copy], Path.GetRelativePath(_folder[run], file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
