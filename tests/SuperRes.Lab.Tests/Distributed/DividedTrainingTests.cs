using SuperRes.Lab.Distributed;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Native;
using SuperRes.Lab.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Distributed;

/// <summary>
/// A step on several ranks against one. In float64: in float32 the gradients of the U-Net with batch norm depend on the last bit of its
/// input in their second digit (a picture changed by 1e-7 changes them by 1e-2 on one rank), which would hide a fault.
/// </summary>
public sealed class DividedTrainingTests
{
    [Theory]
    [InlineData(NormType.Weight, 2)]
    [InlineData(NormType.Batch, 2)]
    [InlineData(NormType.Batch, 3)]
    [InlineData(NormType.Batch, 4)]
    [InlineData(NormType.Batch, 5)]
    public void Step_OnSeveralRanks_HasGradientsAndLossOfOne(NormType norm, int size)
    {
        Dictionary<string, double[]> expected = Step(Ranks.One, norm);

        Dictionary<string, double[]>[] found = ThreadRanks.Run(size, ranks => Step(ranks, norm));

        foreach ((string name, double[] values) in expected)
        {
            double difference = values.Zip(found[0][name], (one, other) => Math.Abs(one - other)).Max();
            Assert.True(difference < 1e-7, $"{name}: {difference}");
            Assert.All(found, rank => Assert.Equal(found[0][name], rank[name]));
        }
    }

    /// <summary>A gradient that something still holds keeps its memory: each step then took new memory for all of them.</summary>
    [Fact]
    public void Step_OnSeveralRanks_KeepsNoTensors()
    {
        long[][] kept = ThreadRanks.Run(2, ranks => TensorsAfterSteps(ranks, NormType.Batch));

        Assert.All(kept, rank => Assert.Equal([0, 0], rank));
    }

    [Fact]
    public void RequireSame_OneRankFoundAnother_EndsAllWithTheSameSentence()
    {
        string[] said = ThreadRanks.Run(3, ranks => Assert.Throws<InputException>(
            () => ranks.RequireSame(("the same thing", "a"), ("another experiment", ranks.Rank == 2 ? "b" : "a"))).Message);

        Assert.All(said, text => Assert.StartsWith("Rank 2 of 3 has another experiment than rank 0", text, StringComparison.Ordinal));
    }

    /// <summary>How many more tensors there are after each of two steps than after the first.</summary>
    private static long[] TensorsAfterSteps(IRanks ranks, NormType norm)
    {
        NativeRuntime.Initialize();
        using DisposeScope scope = NewDisposeScope();
        using var unet = new DynamicUnet(new UnetOptions { Body = "resnet18", Width = 0.125, Norm = norm });
        using var loss = new FeatureLoss(new FeatureLossOptions { Blocks = [], Weights = [] });
        var pair = new TrainingPair(rand(4, 3, 64, 64), rand(4, 3, 64, 64));
        using var learner = new Learner(unet, loss, new MemoryBatches([pair])) { Ranks = ranks };
        unet.train();
        long Steps()
        {
            learner.TrainStep(pair, [1e-4, 1e-4, 1e-4], 0.9);
            return DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        }

        long first = Steps();
        return [Steps() - first, Steps() - first];
    }

    /// <summary>The loss and the gradients of a step on four pictures, of which a fifth rank has none.</summary>
    private static Dictionary<string, double[]> Step(IRanks ranks, NormType norm)
    {
        NativeRuntime.Initialize();
        using DisposeScope scope = NewDisposeScope();
        using var unet = new DynamicUnet(new UnetOptions { Body = "resnet18", Width = 0.125, Norm = norm });
        ReferenceValues.Fill(unet);
        unet.to(ScalarType.Float64);
        unet.ComputeType = ScalarType.Float64;
        using var loss = new FeatureLoss(new FeatureLossOptions { Blocks = [], Weights = [] });
        Tensor Pictures(bool cosine) => ReferenceValues.Waves([0, 1, 2, 3], 64, 64, cosine).to(ScalarType.Float64);
        var pair = new TrainingPair(Pictures(cosine: false), Pictures(cosine: true));
        using var learner = new Learner(unet, loss, new MemoryBatches([pair])) { Ranks = ranks };
        learner.Unfreeze();
        unet.train();
        var found = new Dictionary<string, double[]>(StringComparer.Ordinal) { ["loss"] = [learner.TrainStep(pair, [0, 0, 0], 0.9)] };
        foreach ((string name, Parameter parameter) in unet.named_parameters())
        {
            found[name] = [.. parameter.grad!.contiguous().data<double>()];
        }

        foreach ((string name, Tensor statistics) in StateDict.Entries(unet).Where(entry => entry.Name.Contains(".running_")))
        {
            found[name] = [.. statistics.contiguous().data<double>()];
        }

        return found;
    }
}
