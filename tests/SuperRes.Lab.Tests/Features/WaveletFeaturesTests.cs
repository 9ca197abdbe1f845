using SuperRes.Lab.Datasets;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Features;

/// <summary>A feature network of somebody's own is one file, and an experiment's loss names it.</summary>
public sealed class WaveletFeaturesTests
{
    private const string OwnLoss = """
        {
          "name": "own-loss", "seed": 1, "scale": 1,
          "model": { "body": "lite", "width": 0.25 },
          "loss": { "network": "wavelets", "layers": ["half", "eighth"], "weights": [2, 1] },
          "data": { "validFraction": 0.25 },
          "stages": [ { "name": "whole", "size": 32, "batchSize": 3, "epochs": 3, "learningRate": 1e-3, "frozen": false } ]
        }
        """;

    [Fact]
    public void Experiment_FeatureNetworkOfAnotherAssembly_IsComparedInTheLoss()
    {
        using var folder = new TempFolder();
        for (int i = 0; i < 8; i++)
        {
            ImageCodec.Write(DeadLeaves.Generate(new DeadLeavesOptions { Size = 64, Seed = 5 }, i), folder["photos", $"{i}.png"]);
        }

        using var run = new ExperimentRun(Experiment.Parse(OwnLoss, "own.json"), RunFolder.Create(folder["run"]), folder["photos"], CPU);
        Assert.IsType<WaveletFeatures>(run.Loss.Network);
        Assert.Null(run.Loss.Warning);
        Assert.False(run.Loss.IsPretrained);
        run.TrainStage("whole");

        IReadOnlyList<EpochRecord> epochs = run.Folder.ReadMetrics();
        Assert.Equal(["pixel", "feat_0", "feat_1", "gram_0", "gram_1"], epochs[^1].Terms.Keys);
        Assert.All(epochs[^1].Terms.Values, term => Assert.InRange(term, 1e-9, 100));
        (double first, double last) = (epochs[0].Terms["feat_0"], epochs[^1].Terms["feat_0"]);
        Assert.True(last < first, $"{first} and {last}");
    }

    [Fact]
    public void Features_StripesAcross_AnswerInOneBandAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor stripes = (arange(8) % 2).to(float32).expand(1, 3, 8, 8);
        Tensor half = WaveletFeatures.Kind.Create().Features(stripes, ["half"])[0];
        Assert.Equal([1, 9, 4, 4], half.shape);
        Assert.Equal([1f, 0, 0, 1, 0, 0, 1, 0, 0], half.mean([0, 2, 3]).data<float>().ToArray());
    }
}
