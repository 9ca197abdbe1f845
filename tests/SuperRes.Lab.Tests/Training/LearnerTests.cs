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
    private readonly FeatureLoss _loss = new(FeatureLossOptions.PixelsOnly);
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
                Assert.True(expected != Same(before, after, parameter.Name), $"{parameter.Name} {(expected ? "did not change" : "changed")}");
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
        Assert.All(_unet.Groups.SelectMany(group => group.Parameters), p => Assert.False(Same(before, after, p.Name), p.Name + " did not change"));
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
        using var learner = new Learner(_unet, _loss, new MemoryBatches([Pair(0), new TrainingPair(broken, broken)])) { StageName = "stage 3" };
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

    private static TrainingPair Pair(int n) => new(ReferenceValues.Waves([n, n + 1], 64, 64), ReferenceValues.Waves([n, n + 1], 64, 64, cosine: true));

    private static bool Same(Dictionary<string, Tensor> before, Dictionary<string, Tensor> after, string name) => Equal(before[name], after[name]);

    private static bool Equal(Tensor a, Tensor b)
    {
        using DisposeScope scope = NewDisposeScope();
        return a.eq(b).all().item<bool>();
    }

    private Dictionary<string, Tensor> State() =>
        StateDict.Entries(_unet).ToDictionary(entry => entry.Name, entry => entry.Value.detach().clone(), StringComparer.Ordinal);

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
