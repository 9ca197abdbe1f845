using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Training;

/// <summary>Callbacks that stop a fit, or skip a batch or a step.</summary>
[Collection("counts tensors and random numbers")]
public sealed class LearnerSteeringTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DynamicUnet _unet = new(new UnetOptions { Body = "resnet18", Width = 0.125 });
    private readonly FeatureLoss _loss = new(new FeatureLossOptions { Blocks = [], Weights = [] });
    private readonly TrainingPair[] _pairs = [Pair(0), Pair(2), Pair(4), Pair(6)];

    public LearnerSteeringTests() => ReferenceValues.Fill(_unet);

    public void Dispose()
    {
        _unet.Dispose();
        _loss.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Stop_AfterAStep_EndsTheFitThereWithoutValidation()
    {
        using Learner learner = Create(new Steering { StepEnd = (learner, step) => Do(step.Step == 1, learner.Stop) });
        learner.FitOneCycle(3, 1e-3);
        Assert.Equal([0, 1], learner.Recorder.Steps.Select(step => step.Step));
        Assert.Empty(learner.Recorder.Epochs);
    }

    [Fact]
    public void Stop_AfterAnEpochsLastStep_ValidatesTheEpoch()
    {
        using Learner learner = Create(new Steering { StepEnd = (learner, step) => Do(step.Step == 3, learner.Stop) });
        learner.FitOneCycle(3, 1e-3);
        Assert.Equal(4, learner.Recorder.Steps.Count);
        Assert.Single(learner.Recorder.Epochs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SkipBatch_TheStepsOnlyOne_MakesNoStepButAdvancesTheSchedule(bool whenTheLossIsKnown)
    {
        void Skip(Learner learner) => Do(learner.Step.Number == 1, learner.Step.SkipBatch);
        using Learner learner = Create(whenTheLossIsKnown ? new Steering { Loss = Skip } : new Steering { BatchBegin = Skip });
        learner.FitOneCycle(1, 1e-3);
        Assert.Equal([0, 2, 3], learner.Recorder.Steps.Select(step => step.Step));
        Assert.Equal(new OneCycleSchedule([1e-3], 4).RatesAt(3)[0], learner.Recorder.Steps[^1].Rate);
        Assert.All(learner.Optimizer.State(), entry => Assert.Equal(3, entry.Steps));
        Assert.Single(learner.Recorder.Epochs);
    }

    [Fact]
    public void SkipBatch_OneOfTwo_StepsAlongTheOther()
    {
        var seen = new List<double>();
        var steering = new Steering
        {
            BatchBegin = learner => Do(ReferenceEquals(learner.Step.Batch, _pairs[0]), learner.Step.SkipBatch),
            Loss = learner => seen.Add(learner.Step.Loss),
        };
        using Learner learner = Create(steering, accumulate: 2);
        learner.FitOneCycle(1, 1e-3);
        Assert.Equal(3, seen.Count);
        Assert.Equal([0, 1], learner.Recorder.Steps.Select(step => step.Step));
    }

    [Fact]
    public void Skip_BeforeTheOptimizer_LeavesTheWeights()
    {
        using Learner learner = Create(new Steering { Gradients = learner => learner.Step.Skip() });
        using Tensor before = _unet.Groups[^1].Parameters[^1].Value.detach().clone();
        learner.FitOneCycle(1, 1e-2);
        Assert.True(before.equal(_unet.Groups[^1].Parameters[^1].Value).all().item<bool>());
        Assert.Empty(learner.Recorder.Steps);
        Assert.Equal(4, learner.Progress.Step);
    }

    [Fact]
    public void SkipBatch_BeforeTheGuard_TrainsOnWithoutABatchThatHasNoLoss()
    {
        Tensor broken = full([2, 3, 64, 64], float.NaN);
        _pairs[1] = _pairs[1] with { Target = broken };
        using Learner learner = Create();
        learner.Callbacks.Insert(0, new Steering { LossKnown = (learner, loss) => Do(double.IsNaN(loss.Total), learner.Step.SkipBatch) });
        learner.FitOneCycle(1, 1e-3);
        Assert.Equal([0, 2, 3], learner.Recorder.Steps.Select(step => step.Step));
        Assert.All(learner.Recorder.Steps, step => Assert.True(double.IsFinite(step.Loss)));
    }

    private static TrainingPair Pair(int n) =>
        new(ReferenceValues.Waves([n, n + 1], 64, 64), ReferenceValues.Waves([n, n + 1], 64, 64, cosine: true));

    private static void Do(bool condition, Action action)
    {
        if (condition)
        {
            action();
        }
    }

    private Learner Create(LearnerCallback? callback = null, int accumulate = 1)
    {
        var options = new LearnerOptions { Accumulate = accumulate };
        var learner = new Learner(_unet, _loss, new MemoryBatches(_pairs), new MemoryBatches([Pair(6)]), options);
        if (callback is not null)
        {
            learner.Callbacks.Add(callback);
        }

        return learner;
    }

    private sealed class Steering : LearnerCallback
    {
        public Action<Learner> BatchBegin { get; init; } = _ => { };

        public Action<Learner> Loss { get; init; } = _ => { };

        public Action<Learner, BatchLoss> LossKnown { get; init; } = (_, _) => { };

        public Action<Learner> Gradients { get; init; } = _ => { };

        public Action<Learner, StepRecord> StepEnd { get; init; } = (_, _) => { };

        public override void OnBatchBegin(Learner learner, TrainingPair batch) => BatchBegin(learner);

        public override void OnLoss(Learner learner, BatchLoss loss)
        {
            Loss(learner);
            LossKnown(learner, loss);
        }

        public override void OnGradients(Learner learner) => Gradients(learner);

        public override void OnStepEnd(Learner learner, StepRecord step) => StepEnd(learner, step);
    }
}
