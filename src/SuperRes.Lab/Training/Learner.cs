using SuperRes.Lab.Distributed;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>The training loop: epochs of steps, and in a step forward, loss, backward and optimizer. All else is a callback
/// (<see cref="LearnerCallback"/>), which can also stop the fit and skip a batch or a step.</summary>
/// <param name="model">The network; it stays its owner's.</param>
/// <param name="loss">The loss; it stays its owner's.</param>
/// <param name="train">Training batches.</param>
/// <param name="valid">Validation batches; null for none.</param>
/// <param name="options">How to train; null for the defaults.</param>
public sealed class Learner(
    RestorationNetwork model, FeatureLoss loss, IBatchSource train, IBatchSource? valid = null, LearnerOptions? options = null)
    : IDisposable
{
    private AdamW? _optimizer;
    private bool _isStopped;

    /// <summary>The network.</summary>
    public RestorationNetwork Model => model;

    /// <summary>The loss.</summary>
    public FeatureLoss Loss => loss;

    /// <summary>Training batches.</summary>
    public IBatchSource TrainBatches => train;

    /// <summary>Validation batches, if there are any.</summary>
    public IBatchSource? ValidBatches => valid;

    /// <summary>How it trains.</summary>
    public LearnerOptions Options { get; } = options ?? new LearnerOptions();

    /// <summary>What watches and steers: at first the recorder and what <see cref="Options"/> asks for.</summary>
    public CallbackList Callbacks { get; } = new((options ?? new LearnerOptions()).CreateCallbacks());

    /// <summary>What it has seen.</summary>
    public Recorder Recorder => field ??= Callbacks.OfType<Recorder>().First();

    /// <summary>The ranks that train together, over the same batches; figures are of whole batches. Default: the process's.</summary>
    public IRanks Ranks { get; init; } = Distributed.Ranks.Current;

    /// <summary>Where the network lies.</summary>
    public Device Device { get; } = model.parameters().First().device;

    /// <summary>Name of the stage, for records and messages.</summary>
    public string StageName { get; set; } = "fit";

    /// <summary>The fit that is under way or was last.</summary>
    public FitProgress Progress { get; private set; } = new();

    /// <summary>The step that is under way or was last.</summary>
    public TrainingStep Step { get; private set; } = new(null, [], 0, 0, 0);

    /// <summary>The optimizer; freezing and unfreezing make a new one.</summary>
    public AdamW Optimizer => _optimizer ??= new AdamW(Model.Groups, Options.Optimizer);

    /// <summary>Steps of an epoch: one for each <see cref="LearnerOptions.Accumulate"/> batches, and one for the rest.</summary>
    public int StepsPerEpoch => (TrainBatches.BatchesPerEpoch + Options.Accumulate - 1) / Options.Accumulate;

    /// <summary>Trains for some epochs.</summary>
    /// <param name="epochs">Epochs, at least 1.</param>
    /// <param name="schedule">Rates and momentum of each step.</param>
    /// <param name="cancellation">Ends the training after the step under way.</param>
    /// <param name="resumeFrom">How far the fit was when it was interrupted; null for the beginning.</param>
    /// <exception cref="DivergedException">A loss, a gradient or the validation loss became NaN or infinite.</exception>
    public void Fit(int epochs, ISchedule schedule, CancellationToken cancellation = default, FitProgress? resumeFrom = null)
    {
        (Progress, _isStopped) = (resumeFrom ?? new FitProgress(), false);
        using IDisposable? synced = Divided.Begin(sharesWeights: true);
        Callbacks.Notify(callback => callback.OnFitBegin(this, schedule.Steps));
        try
        {
            while (Progress.Epoch < epochs && !_isStopped)
            {
                TrainEpoch(schedule, cancellation);
                if (!_isStopped || Progress.Batch == TrainBatches.BatchesPerEpoch)
                {
                    EndEpoch(this.Validate(StageName, cancellation), schedule);
                }
            }
        }
        catch (OperationCanceledException)
        {
            Callbacks.Notify(callback => callback.OnInterrupted(this));
            throw;
        }

        Optimizer.Momentum = schedule.MomentumAt(schedule.Steps);
        Callbacks.Notify(callback => callback.OnFitEnd(this));
    }

    /// <summary>Ends the fit after the step under way, as if it were complete, without validating an epoch that isn't.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>One step on one batch, outside of a fit.</summary>
    /// <param name="pair">The batch.</param>
    /// <param name="rates">Learning rate of each layer group.</param>
    /// <param name="momentum">β₁.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="DivergedException">The loss is NaN or infinite; no step was made.</exception>
    public double TrainStep(TrainingPair pair, IReadOnlyList<double> rates, double momentum)
    {
        using IDisposable? synced = Divided.Begin();
        TrainStep(new TrainingStep(null, rates, momentum, batches: 1, Loss.TermNames.Count), [pair]);
        return Step.Loss;
    }

    /// <summary>Frees the optimizer and what the callbacks of <see cref="Options"/> hold.</summary>
    public void Dispose()
    {
        RenewOptimizer();
        Callbacks.Dispose();
    }

    /// <summary>Makes the next step begin with a new optimizer.</summary>
    internal void RenewOptimizer()
    {
        _optimizer?.Dispose();
        _optimizer = null;
    }

    /// <summary>The rank's part in the work.</summary>
    internal DividedBatches Divided => field ??= new DividedBatches(Ranks, Model);

    private void TrainEpoch(ISchedule schedule, CancellationToken cancellation)
    {
        Callbacks.Notify(callback => callback.OnEpochBegin(this));
        Model.train();
        foreach (StepBatches group in StepBatches.Read(TrainBatches, Progress, Options.Accumulate, Divided.Reading(cancellation)))
        {
            Callbacks.Guard(this, () => TrainAndRecord(TrainingStep.Of(Progress.Step, schedule, group.Count, Loss.TermNames.Count), group));
            _isStopped = Divided.Agree(cancellation, _isStopped);
            if (_isStopped)
            {
                break;
            }
        }
    }

    /// <summary>The step: forward, loss and backward for each of its batches, then the optimizer.</summary>
    private void TrainStep(TrainingStep step, IEnumerable<TrainingPair> batches)
    {
        Step = step;
        Optimizer.ZeroGrad();
        foreach (TrainingPair batch in batches)
        {
            using DisposeScope scope = NewDisposeScope();
            TrainingPair pair = Divided.Take(batch);
            step.Batch = pair;
            if (Callbacks.Skip(step, callback => callback.OnBatchBegin(this, pair)))
            {
                continue;
            }

            Tensor input = ImageNet.Normalize(pair.Input.to(Device)), target = ImageNet.Normalize(pair.Target.to(Device));
            MaskedAnswer answer = Model.Answer(input);
            Tensor? weights = MaskedPixelWeights.Of(pair.Input, pair.Target, Loss.MaskedWeight)?.to(Device);
            using LossTerms terms = Loss.Compute(answer.Picture, target, weights, MaskError.Of(answer.MaskLogits, pair.Input, pair.Target));
            BatchLoss values = Divided.Sum(BatchLoss.Of(terms), pair);
            if (!Callbacks.Skip(step, callback => callback.OnLoss(this, values)))
            {
                using Scalar share = Scalars.Of((pair.Share?.Weight ?? 1) / step.Batches);
                (step.Batches == 1 && !Divided.IsDivided ? terms.Total : terms.Total * share).backward();
                step.Add(values);
            }
        }

        Divided.SumGradients();
        if (step.HasGradients && !Callbacks.Skip(step, callback => callback.OnGradients(this))
            && !Callbacks.Skip(step, callback => callback.OnStepBegin(this)))
        {
            Optimizer.Step(step.Rates, step.Momentum);
            step.IsMade = true;
        }
    }

    private void TrainAndRecord(TrainingStep step, StepBatches batches)
    {
        TrainStep(step, batches.Pairs);
        (Progress.Step, Progress.Batch) = (Progress.Step + 1, Progress.Batch + batches.Count);
        if (step.IsMade)
        {
            var record = StepRecord.Of(step, Progress.Smoother.Add(step.Loss));
            Callbacks.Notify(callback => callback.OnStepEnd(this, record));
        }
    }

    private void EndEpoch(EpochRecord validation, ISchedule schedule)
    {
        Step.Batch = null;
        Callbacks.Guard(this, () => Callbacks.Notify(callback => callback.OnValidated(this, validation)));
        EpochRecord epoch = Progress.EndEpoch(validation, schedule.RatesAt(Progress.Step - 1)[^1]);
        Callbacks.Notify(callback => callback.OnEpochEnd(this, epoch));
    }
}
