using SuperRes.Lab.Distributed;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Native;
using SuperRes.Lab.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Distributed;

public sealed class DividedTrainingTests
{
    private static bool _exact;

    [Theory]
    [InlineData(NormType.Weight, 2, false)]
    [InlineData(NormType.Batch, 2, false)]
    [InlineData(NormType.Weight, 1, false)]
    [InlineData(NormType.Batch, 1, false)]
    public void Gradients_OnSeveralRanks_AreThoseOfOne(NormType norm, int size, bool isExact)
    {
        _exact = isExact;
        Dictionary<string, float[]> expected = Gradients(Ranks.One, norm);
        Dictionary<string, float[]>[] found = size == 1 ? [Gradients(Ranks.One, norm, true)] : ThreadRanks.Run(size, ranks => Gradients(ranks, norm));
        double worst = 0; string where = "";
        foreach ((string name, float[] values) in expected)
        {
            float difference = values.Zip(found[0][name], (one, other) => Math.Abs(one - other)).Max();
            float most = values.Max(Math.Abs);
            if (difference / most > worst) (worst, where) = (difference / most, $"{name}: {difference:g3} of {most:g3}");
            if (size > 1) Assert.Equal(found[0][name], found[1][name]);
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{norm} {size} {isExact}: {where}");
    }

    private static Dictionary<string, float[]> Gradients(IRanks ranks, NormType norm, bool reverse = false)
    {
        NativeRuntime.Initialize();
        using DisposeScope scope = NewDisposeScope();
        using var unet = new DynamicUnet(new UnetOptions { Body = "resnet18", Width = 0.125, Norm = norm });
        ReferenceValues.Fill(unet);
        using var loss = new FeatureLoss(new FeatureLossOptions { Blocks = [], Weights = [], Base = Environment.GetEnvironmentVariable("T_MSE") is null ? BaseLoss.L1 : BaseLoss.Mse });
        var pair = new TrainingPair(ReferenceValues.Waves(reverse ? [3, 2, 1, 0] : [0, 1, 2, 3], 64, 64), ReferenceValues.Waves(reverse ? [3, 2, 1, 0] : [0, 1, 2, 3], 64, 64, cosine: true));
        if (_exact) { unet.to(ScalarType.Float64); pair = new TrainingPair(pair.Input.to(ScalarType.Float64), pair.Target.to(ScalarType.Float64)); }
        using var learner = new Learner(unet, loss, new MemoryBatches([pair])) { Ranks = ranks };
        learner.Unfreeze();
        unet.train();
        var values = new Dictionary<string, float[]>();
        values["loss"] = [(float)learner.TrainStep(pair, [0, 0, 0], 0.9)];
        foreach ((string name, var parameter) in unet.named_parameters())
        {
            values[name] = [.. parameter.grad!.to(ScalarType.Float32).cpu().contiguous().data<float>()];
        }

        return values;
    }
}
