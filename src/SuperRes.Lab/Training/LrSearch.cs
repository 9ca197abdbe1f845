using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>The LR finder on a learner: a fit of its own with rising rates, which it stops; everything is as before afterwards.</summary>
internal sealed class LrSearch : LearnerCallback
{
    private readonly LrFinder _finder;

    private LrSearch(LrFinder finder) => _finder = finder;

    /// <summary>Searches; weights, statistics, optimizer and random state are the same afterwards as before.</summary>
    /// <param name="learner">What is to be trained.</param>
    /// <param name="finder">The rules.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static LrFinderResult Run(Learner learner, LrFinder finder, CancellationToken cancellation)
    {
        using var state = new ModelSnapshot(learner.Model);
        using Tensor randomState = random.get_rng_state();
        bool training = learner.Model.training;
        var options = new LearnerOptions { Optimizer = learner.Options.Optimizer };
        using var trial = new Learner(learner.Model, learner.Loss, learner.TrainBatches, options: options) { Ranks = learner.Ranks };
        trial.StageName = learner.StageName;
        trial.Optimizer.CopyFrom(learner.Optimizer);
        trial.Callbacks.Clear(); // the search measures no norms, and records nothing
        trial.Callbacks.Add(new GradientClipping(learner.Options.ClipGradients, measureEvery: 0));
        trial.Callbacks.Add(new DivergenceGuard());
        trial.Callbacks.Add(new LrSearch(finder));
        try
        {
            trial.Fit(int.MaxValue, new RisingRate(finder, learner.Model.Groups.Count, trial.Optimizer.Momentum), cancellation);
        }
        catch (DivergedException)
        {
            // The search has ended with the loss that became NaN, which is what it looks for.
        }
        finally
        {
            state.Restore();
            random.set_rng_state(randomState);
            learner.Model.train(training);
        }

        return finder.Result();
    }

    /// <inheritdoc/>
    public override void OnStepEnd(Learner learner, StepRecord step)
    {
        if (!_finder.Record(step.Loss))
        {
            learner.Stop();
        }
    }

    /// <inheritdoc/>
    public override void OnDiverged(Learner learner, TrainingPair? batch, DivergedException failure) => _finder.Record(double.NaN);

    /// <summary>The rate that the finder asks for next, the same for all layer groups.</summary>
    private sealed class RisingRate(LrFinder finder, int groups, double momentum) : ISchedule
    {
        public int Steps => finder.Iterations;

        public double[] RatesAt(int step) => [.. Enumerable.Repeat(finder.NextRate, groups)];

        public double MomentumAt(int step) => momentum;
    }
}
