using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Training;

[CollectionDefinition("counts tensors and random numbers", DisableParallelization = true)]
public sealed class AloneCollection;

[Collection("counts tensors and random numbers")]
public sealed class LearnerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DynamicUnet _unet;
    private readonly FeatureLoss _loss = new(new FeatureLossOptions { Blocks = [], Weights = [] });
    private readonly MemoryBatches _train;
    private readonly MemoryBatches _valid;

    public LearnerTests()
    {
        _unet = new DynamicUnet(new UnetOptions { Body = "resnet18", Width = 0.125 });
        ReferenceValues.Fill(_unet);
        _train = new MemoryBatches([Pair(0), Pair(2), Pair(4)]);
        _valid = new MemoryBatches([Pair(6)]);
    }

    public void Dispose()
    {
        _unet.Dispose();
        _loss.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Fit_Frozen_TrainsBatchNormsAndTheLastGroupAlone()
    {
        using var learner = new Learner(_unet, _loss, _train);
        learner.Freeze();
        Dictionary<string, Tensor> before = State();

        learner.FitOneCycle(1, 1e-2);

        Dictionary<string, Tensor> after = State();
        for (int group = 0; group < _unet.Groups.Count; group++)
        {
            foreach (GroupParameter parameter in _unet.Groups[group].Parameters)
            {
                bool expected = group == 2 || parameter.IsBatchNorm;
                Assert.True(
                    expected != Same(before, after, parameter.Name), $"{parameter.Name} {(expected ? "did not change" : "changed")}");
            }
        }

        Assert.False(Same(before, after, "layers.0.1.running_mean"), "a frozen group's batch norm must go on with its statistics");
    }

    [Fact]
    public void Fit_Unfrozen_TrainsEverything()
    {
        using var learner = new Learner(_unet, _loss, _train);
        learner.Freeze();
        learner.Unfreeze();
        Dictionary<string, Tensor> before = State();
        learner.FitOneCycle(1, 1e-2);
        Dictionary<string, Tensor> after = State();
        Assert.All(
            _unet.Groups.SelectMany(group => group.Parameters), p => Assert.False(Same(before, after, p.Name), p.Name + " did not change"));
    }

    [Fact]
    public void FreezeAndUnfreeze_MakeNewOptimizers()
    {
        using var learner = new Learner(_unet, _loss, _train);
        learner.FitOneCycle(1, 1e-3);
        AdamW first = learner.Optimizer;
        Assert.NotEmpty(first.State());
        learner.FitOneCycle(1, 1e-3);
        Assert.Same(first, learner.Optimizer);
        Assert.All(first.State(), entry => Assert.Equal(6, entry.Steps));
        learner.Freeze();
        Assert.NotSame(first, learner.Optimizer);
        Assert.Empty(learner.Optimizer.State());
        AdamW second = learner.Optimizer;
        learner.Unfreeze();
        Assert.NotSame(second, learner.Optimizer);
    }

    [Fact]
    public void FindLr_AfterATraining_LeavesEverythingAsItWas()
    {
        using var learner = new Learner(_unet, _loss, _train);
        learner.FitOneCycle(1, 1e-3);
        Dictionary<string, Tensor> before = State();
        var optimizer = learner.Optimizer.State().Select(s => (s.Name, First: s.First.clone(), Second: s.Second.clone(), s.Steps)).ToList();
        Tensor randomState = random.get_rng_state();

        LrFinderResult result = learner.FindLr(new LrFinder(1e-4, 10, iterations: 8));

        Assert.InRange(result.Rates.Count, 2, 8);
        Dictionary<string, Tensor> after = State();
        Assert.All(before.Keys, name => Assert.True(Same(before, after, name), name));
        Assert.Equal(optimizer.Count, learner.Optimizer.State().Count());
        Assert.All(optimizer.Zip(learner.Optimizer.State()), pair =>
        {
            Assert.Equal((pair.First.Name, pair.First.Steps), (pair.Second.Name, pair.Second.Steps));
            Assert.True(Equal(pair.First.First, pair.Second.First) && Equal(pair.First.Second, pair.Second.Second), pair.First.Name);
        });
        Assert.True(Equal(randomState, random.get_rng_state()));
    }

    [Fact]
    public void ModelSnapshot_Restored_HasWeightsAndBuffersAgain()
    {
        using var snapshot = new ModelSnapshot(_unet);
        Dictionary<string, Tensor> before = State();
        using (no_grad())
        {
            foreach ((_, Tensor value) in StateDict.Entries(_unet))
            {
                value.add_(1);
            }
        }

        snapshot.Restore();
        Dictionary<string, Tensor> after = State();
        Assert.All(before.Keys, name => Assert.True(Same(before, after, name), name));
    }

    [Fact]
    public void Fit_LossBecomesNaN_NamesStageStepAndTerm()
    {
        Tensor broken = full([2, 3, 64, 64], float.NaN);
        using var learner =
            new Learner(_unet, _loss, new MemoryBatches([Pair(0), new TrainingPair(broken, broken)])) { StageName = "stage 3" };
        string message = Assert.Throws<DivergedException>(() => learner.FitOneCycle(1, 1e-3)).Message;
        Assert.Contains("step 1 of stage stage 3", message, StringComparison.Ordinal);
        Assert.Contains("pixel NaN", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_EachStep_RecordsRatesAndTerms()
    {
        using var learner = new Learner(_unet, _loss, _train, _valid);
        learner.FitOneCycle(1, new LrSlice(1e-6, 1e-4), pctStart: 0.9);
        var schedule = new OneCycleSchedule(new LrSlice(1e-6, 1e-4).Spread(3), 3, 0.9);
        Assert.Equal(3, learner.Recorder.Steps.Count);
        Assert.All(learner.Recorder.Steps, step =>
        {
            Assert.Equal(schedule.RatesAt(step.Step), step.Rates);
            Assert.Equal(step.Loss, Assert.Single(step.Terms), 1e-6);
        });
        EpochRecord epoch = Assert.Single(learner.Recorder.Epochs);
        Assert.Equal(epoch.ValidLoss, epoch.Terms["pixel"], 1e-9);
    }

    [Fact]
    public void Fit_AccumulatedBatches_StepAlongTheMeanOfTheirGradients()
    {
        double first = Gradient([Pair(0)]), second = Gradient([Pair(2)]), both = Gradient([Pair(0), Pair(2)]);
        Assert.NotEqual(first, second);
        Assert.Equal((first + second) / 2, both, 1e-5 * (Math.Abs(first) + Math.Abs(second)));
    }

    [Fact]
    public void Fit_ThreeBatchesTwoAStep_MakesAStepOfTheRest()
    {
        using var learner = new Learner(_unet, _loss, _train, options: new LearnerOptions { Accumulate = 2 });
        learner.FitOneCycle(2, 1e-3);
        Assert.Equal([0, 1, 2, 3], learner.Recorder.Steps.Select(step => step.Step));
        Assert.All(learner.Optimizer.State(), entry => Assert.Equal(4, entry.Steps));
    }

    [Fact]
    public void Fit_WithAverage_ValidatesItAndEndsWithIt()
    {
        using var learner = new Learner(_unet, _loss, _train, _valid, new LearnerOptions { EmaDecay = 0.9 });
        var watching = new Averages();
        learner.Callbacks.Add(watching);
        learner.FitOneCycle(2, 1e-2);

        // By hand: 6 steps, each keeping (1 + t) / (10 + t), which is below 0.9.
        double expected = watching.Weights[0];
        for (int t = 0; t < 6; t++)
        {
            double keep = (1.0 + t) / (10 + t);
            expected = (keep * expected) + ((1 - keep) * watching.Weights[t + 1]);
        }

        Assert.Equal(expected, Averages.Weight(learner), 1e-6);
        Assert.NotEqual(watching.Weights[^1], Averages.Weight(learner));
        Assert.Equal(learner.Validate().ValidLoss, learner.Recorder.Epochs[^1].ValidLoss, 1e-9);
        Assert.Null(learner.Average());
    }

    [Fact]
    public void Fit_ClippedGradients_HaveTheLimitAsNorm()
    {
        using var learner = new Learner(_unet, _loss, _train, options: new LearnerOptions { ClipGradients = 1e-3 });
        var norms = new Norms();
        learner.Callbacks.Add(norms);
        learner.FitOneCycle(1, 1e-3);
        Assert.All(learner.Recorder.Steps, step => Assert.True(step.GradientNorm > 1e-3));
        Assert.All(norms.AfterStep, norm => Assert.Equal(1e-3, norm, 1e-5));
    }

    [Fact]
    public void Fit_EarlyStop_EndsWhenTheLossHasStalled()
    {
        using var learner = new Learner(_unet, _loss, _train, new Worsening(), new LearnerOptions { EarlyStop = 2 });
        learner.FitOneCycle(9, 1e-6);
        Assert.Equal(3, learner.Recorder.Epochs.Count);
    }

    [Fact]
    public void Validate_MaskedWeight_CountsWhatTheDegradationChanged()
    {
        Tensor target = rand(1, 3, 32, 32) * 0.5, input = target.clone();
        input.narrow(2, 0, 16).add_(0.4);
        input.narrow(2, 16, 16).add_(0.1);
        double[] losses = [.. new[] { 1, 0.5, 0 }.Select(Loss)];

        // The upper half is masked: half of the pixels, and of the mean.
        Assert.Equal(losses[0], (2 * losses[1]) - losses[2], 1e-5);
        Assert.InRange(losses[2], 0.01, losses[0] - 0.01);

        double Loss(double weight)
        {
            _loss.MaskedWeight = weight;
            using var learner = new Learner(_unet, _loss, _train, new MemoryBatches([new TrainingPair(input, target)]));
            return learner.Validate().ValidLoss;
        }
    }

    [Fact]
    public void Fit_Events_ComeInTheirOrder()
    {
        using var learner = new Learner(_unet, _loss, new MemoryBatches([Pair(0)]));
        var events = new Events();
        learner.Callbacks.Add(events);
        learner.FitOneCycle(2, 1e-3);
        Assert.Equal(
            ["fit begin", "epoch begin", "gradients", "step", "epoch end", "epoch begin", "gradients", "step", "epoch end", "fit end"],
            events.Seen);
    }

    [Fact]
    public void TrainStep_FiftyOfThem_LeaveNoTensorBehind()
    {
        using var learner = new Learner(_unet, _loss, _train);
        using var pair = new PairOwner();
        double[] rates = [1e-4, 1e-4, 1e-4];
        for (int i = 0; i < 3; i++)
        {
            learner.TrainStep(pair.Value, rates, 0.9);
        }

        long before = Tensor.TotalCount;
        for (int i = 0; i < 50; i++)
        {
            learner.TrainStep(pair.Value, rates, 0.9);
        }

        Assert.InRange(Tensor.TotalCount - before, -50, 5);
    }

    private static TrainingPair Pair(int n) =>
        new(ReferenceValues.Waves([n, n + 1], 64, 64), ReferenceValues.Waves([n, n + 1], 64, 64, cosine: true));

    private static bool Same(Dictionary<string, Tensor> before, Dictionary<string, Tensor> after, string name) =>
        Equal(before[name], after[name]);

    private static bool Equal(Tensor a, Tensor b)
    {
        using DisposeScope scope = NewDisposeScope();
        return a.eq(b).all().item<bool>();
    }

    private Dictionary<string, Tensor> State() =>
        StateDict.Entries(_unet).ToDictionary(entry => entry.Name, entry => entry.Value.detach().clone(), StringComparer.Ordinal);

    /// <summary>Sum of the last layer's gradients in a step on all the batches.</summary>
    private double Gradient(TrainingPair[] pairs)
    {
        ReferenceValues.Fill(_unet);
        using var learner = new Learner(_unet, _loss, new MemoryBatches(pairs), options: new LearnerOptions { Accumulate = pairs.Length });
        var norms = new Norms();
        learner.Callbacks.Add(norms);
        learner.FitOneCycle(1, 1e-6);
        return Assert.Single(norms.HeadSums);
    }

    private sealed class Norms : LearnerCallback
    {
        public List<double> AfterStep { get; } = [];

        public List<double> HeadSums { get; } = [];

        public override void OnGradients(Learner learner)
        {
            using DisposeScope scope = NewDisposeScope();
            HeadSums.Add(learner.Model.Groups[^1].Parameters[^1].Value.grad!.sum().item<float>());
        }

        public override void OnStepEnd(Learner learner, StepRecord step)
        {
            using DisposeScope scope = NewDisposeScope();
            AfterStep.Add(
                stack(learner.Model.parameters().Select(p => p.grad).OfType<Tensor>().Select(g => g.norm())).norm().item<float>());
        }
    }

    private sealed class Averages : LearnerCallback
    {
        public List<double> Weights { get; } = [];

        public static double Weight(Learner learner)
        {
            using DisposeScope scope = NewDisposeScope();
            return learner.Model.Groups[^1].Parameters[0].Value.detach().flatten()[0].item<float>();
        }

        public override void OnFitBegin(Learner learner, int totalSteps) => Weights.Add(Weight(learner));

        public override void OnStepEnd(Learner learner, StepRecord step) => Weights.Add(Weight(learner));
    }

    private sealed class Events : LearnerCallback
    {
        public List<string> Seen { get; } = [];

        public override void OnFitBegin(Learner learner, int totalSteps) => Seen.Add("fit begin");

        public override void OnEpochBegin(Learner learner) => Seen.Add("epoch begin");

        public override void OnGradients(Learner learner) => Seen.Add("gradients");

        public override void OnStepEnd(Learner learner, StepRecord step) => Seen.Add("step");

        public override void OnEpochEnd(Learner learner, EpochRecord epoch) => Seen.Add("epoch end");

        public override void OnFitEnd(Learner learner) => Seen.Add("fit end");
    }

    /// <summary>Validation whose targets move away from epoch to epoch.</summary>
    private sealed class Worsening : IBatchSource
    {
        private int _reads;

        public int BatchesPerEpoch => 1;

        public IEnumerable<TrainingPair> ReadEpoch(int epoch, int firstBatch = 0, CancellationToken cancellation = default)
        {
            TrainingPair pair = Pair(6);
            yield return pair with { Target = pair.Target + (_reads++ * 10) };
        }
    }

    private sealed class PairOwner : IDisposable
    {
        public TrainingPair Value { get; } = new(rand(2, 3, 32, 32), rand(2, 3, 32, 32));

        public void Dispose()
        {
            Value.Input.Dispose();
            Value.Target.Dispose();
        }
    }
}
