using System.Diagnostics;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>Trains a U-Net: fastai's <c>Learner</c> with its rules for one cycle, freezing and new optimizers.</summary>
public sealed class Learner : IDisposable
{
    private const double FirstMomentum = 0.9;
    private const double MostPsnr = 100;
    private const int NormInterval = 10;
    private const double StruckDifference = 0.25;
    private readonly Device _device;
    private AdamW? _optimizer;
    private readonly Stopwatch _clock = new();
    private double _momentum = FirstMomentum;
    private int _gathered;
    private double _loss;
    private float[] _terms = [];

    /// <summary>Creates a learner.</summary>
    /// <param name="model">The network; it stays its owner's.</param>
    /// <param name="loss">The loss; it stays its owner's.</param>
    /// <param name="train">Training batches.</param>
    /// <param name="valid">Validation batches; null for none.</param>
    /// <param name="options">How to train; null for the defaults.</param>
    public Learner(RestorationNetwork model, FeatureLoss loss, IBatchSource train, IBatchSource? valid = null, LearnerOptions? options = null)
    {
        (Model, Loss, TrainBatches, ValidBatches, Options) = (model, loss, train, valid, options ?? new LearnerOptions());
        _device = model.parameters().First().device;
    }

    /// <summary>The network.</summary>
    public RestorationNetwork Model { get; }

    /// <summary>The loss.</summary>
    public FeatureLoss Loss { get; }

    /// <summary>Training batches.</summary>
    public IBatchSource TrainBatches { get; }

    /// <summary>Validation batches, if there are any.</summary>
    public IBatchSource? ValidBatches { get; }

    /// <summary>How it trains.</summary>
    public LearnerOptions Options { get; }

    /// <summary>What it has seen.</summary>
    public Recorder Recorder { get; } = new();

    /// <summary>Who watches.</summary>
    public IList<LearnerCallback> Callbacks { get; } = [];

    /// <summary>Name of the stage, for records and messages.</summary>
    public string StageName { get; set; } = "fit";

    /// <summary>The fit that is under way or was last.</summary>
    public FitProgress Progress { get; private set; } = new();

    /// <summary>The optimizer; freezing and unfreezing make a new one.</summary>
    public AdamW Optimizer => _optimizer ??= new AdamW(Model.Groups, Options.Optimizer);

    /// <summary>Freezes all layer groups but the last (batch norms stay trainable), with a new optimizer.</summary>
    public void Freeze()
    {
        Model.Freeze();
        ForgetOptimizer();
    }

    /// <summary>Makes everything trainable, with a new optimizer.</summary>
    public void Unfreeze()
    {
        Model.Unfreeze();
        ForgetOptimizer();
    }

    /// <summary>Steps of an epoch: one for each <see cref="LearnerOptions.Accumulate"/> batches, and one for the rest.</summary>
    public int StepsPerEpoch => (TrainBatches.BatchesPerEpoch + Options.Accumulate - 1) / Options.Accumulate;

    /// <summary>The average of the weights while a fit is under way; null where <see cref="LearnerOptions.EmaDecay"/> asks for none.</summary>
    public WeightAverage? Average { get; private set; }

    /// <summary>Trains one cycle.</summary>
    /// <param name="epochs">Epochs, at least 1.</param>
    /// <param name="rate">Highest learning rate, or a slice over the layer groups.</param>
    /// <param name="pctStart">Share of the steps on which the rate rises; the article's recipe uses 0.9, fastai's default is 0.3.</param>
    /// <param name="cancellation">Ends the training after the step under way.</param>
    /// <param name="resumeFrom">How far the cycle was when it was broken off; null for the beginning.</param>
    /// <exception cref="DivergedException">A loss, a gradient or the validation loss became NaN or infinite.</exception>
    public void FitOneCycle(int epochs, LrSlice rate, double pctStart = 0.3, CancellationToken cancellation = default, FitProgress? resumeFrom = null)
    {
        var schedule = new OneCycleSchedule(rate.Spread(Model.Groups.Count), epochs * StepsPerEpoch, pctStart);
        BeginFit(resumeFrom);
        Notify(callback => callback.OnFitBegin(this, schedule.Steps));

        // Between the batches of one step there is no state to go on from: batch norms have seen some of them already.
        CancellationToken reading = Options.Accumulate == 1 ? cancellation : CancellationToken.None;
        try
        {
            while (Progress.Epoch < epochs && !HasStalled())
            {
                Notify(callback => callback.OnEpochBegin(this));
                Model.train();
                _clock.Restart();
                foreach (TrainingPair pair in TrainBatches.ReadEpoch(Progress.Epoch, Progress.Batch, reading))
                {
                    Step(pair, schedule);
                    if (_gathered == 0)
                    {
                        cancellation.ThrowIfCancellationRequested();
                    }
                }

                EndEpoch(Validate(StageName, cancellation), schedule);
            }
        }
        catch (OperationCanceledException)
        {
            Notify(callback => callback.OnInterrupted(this));
            throw;
        }

        _momentum = schedule.MomentumAt(schedule.Steps);
        Average?.Keep();
        ForgetAverage();
        Notify(callback => callback.OnFitEnd(this));
    }

    /// <summary>One step on one batch: forward, loss, backward, optimizer.</summary>
    /// <param name="pair">The batch.</param>
    /// <param name="rates">Learning rate of each layer group.</param>
    /// <param name="momentum">β₁.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="DivergedException">The loss is NaN or infinite; no step was made.</exception>
    public double TrainStep(TrainingPair pair, IReadOnlyList<double> rates, double momentum)
    {
        BeginStep();
        double loss = Backward(pair, 1);
        Update(rates, momentum, measuresNorm: false);
        return loss;
    }

    /// <summary>Runs the validation batches, with the average of the weights where there is one.</summary>
    /// <param name="stage">Name for the record.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>
    /// Losses, terms, PSNR and SSIM, means over the pairs; NaN without validation batches. A pair without any error counts as 100 dB, so that one
    /// white crop doesn't make the mean infinite.
    /// </returns>
    public EpochRecord Validate(string stage = "validation", CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var sums = new double[Loss.TermNames.Count];
        double total = 0, psnr = 0, ssim = 0;
        long count = 0;
        using IDisposable off = no_grad();
        using IDisposable? averaged = Average?.Apply();
        Model.eval();
        foreach (TrainingPair pair in ValidBatches?.ReadEpoch(0, cancellation: cancellation) ?? [])
        {
            using DisposeScope scope = NewDisposeScope();
            long size = pair.Input.shape[0];
            using LossTerms terms = Forward(pair, out Tensor prediction);
            total += size * terms.Total.item<float>();
            float[] values = terms.Values.cpu().data<float>().ToArray();
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += size * values[i];
            }

            Tensor picture = ImageNet.Denormalize(prediction).clamp(Scalars.Zero, Scalars.One).cpu();
            psnr += Psnr.Rgb(picture, pair.Target).Sum(value => Math.Min(value, MostPsnr));
            ssim += Math.Min(pair.Target.shape[2], pair.Target.shape[3]) >= 11 ? Ssim.Rgb(picture, pair.Target).Sum() : double.NaN;
            count += size;
        }

        double Mean(double sum) => count == 0 ? double.NaN : sum / count;
        Dictionary<string, double> means = Loss.TermNames.Select((name, i) => (name, Mean(sums[i]))).ToDictionary(StringComparer.Ordinal);
        return new EpochRecord(stage, 0, double.NaN, double.NaN, Mean(total), means, Mean(psnr), Mean(ssim), clock.Elapsed.TotalSeconds);
    }

    /// <summary>Finds a learning rate; weights, statistics, optimizer and random state are the same afterwards as before.</summary>
    /// <param name="finder">The finder; null for fastai's 100 iterations from 1e-7 to 10.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The losses over the rates, with a plot.</returns>
    public LrFinderResult FindLr(LrFinder? finder = null, CancellationToken cancellation = default)
    {
        finder ??= new LrFinder();
        using var state = new ModelSnapshot(Model);
        using Tensor randomState = random.get_rng_state();
        bool training = Model.training;
        AdamW? optimizer = _optimizer;
        try
        {
            _optimizer = optimizer?.Clone(Model.Groups);
            Model.train();
            for (int epoch = 0, done = 0; done == 0; epoch++)
            {
                foreach (TrainingPair pair in TrainBatches.ReadEpoch(epoch, cancellation: cancellation))
                {
                    double[] rates = [.. Enumerable.Repeat(finder.NextRate, Model.Groups.Count)];
                    if (!finder.Record(FinderStep(pair, rates)))
                    {
                        done = 1;
                        break;
                    }
                }
            }
        }
        finally
        {
            state.Restore();
            random.set_rng_state(randomState);
            Model.train(training);
            _optimizer?.Dispose();
            _optimizer = optimizer;
        }

        return finder.Result();
    }

    /// <summary>The answer of the network, or of the average of its weights where there is one, to a batch.</summary>
    /// <param name="input">N×3×H×W in 0–1.</param>
    /// <returns>N×3×H×W in 0–1, clamped, on the CPU.</returns>
    public Tensor Predict(Tensor input)
    {
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable? averaged = Average?.Apply();
        bool training = Model.training;
        Model.eval();
        Tensor prediction = ImageNet.Denormalize(Model.call(ImageNet.Normalize(input.to(_device)))).clamp(Scalars.Zero, Scalars.One).cpu();
        Model.train(training);
        return prediction.MoveToOuterDisposeScope();
    }

    /// <summary>Frees the optimizer and the average of the weights.</summary>
    public void Dispose()
    {
        ForgetOptimizer();
        ForgetAverage();
    }

    /// <summary>Takes an average of the weights back from a checkpoint, for a fit that goes on.</summary>
    internal void RestoreAverage(IReadOnlyDictionary<string, Tensor> values, long steps)
    {
        ForgetAverage();
        Average = new WeightAverage(Model, Options.EmaDecay);
        Average.Restore(values, steps);
    }

    private void BeginFit(FitProgress? resumeFrom)
    {
        Progress = resumeFrom ?? new FitProgress();
        _gathered = 0;
        if (resumeFrom is null)
        {
            ForgetAverage();
        }

        if (Options.EmaDecay > 0)
        {
            Average ??= new WeightAverage(Model, Options.EmaDecay);
        }
    }

    /// <summary>Takes a batch in, and makes a step when the step has all its batches.</summary>
    private void Step(TrainingPair pair, OneCycleSchedule schedule)
    {
        try
        {
            if (Accumulate(pair))
            {
                EndStep(schedule.RatesAt(Progress.Step), schedule.MomentumAt(Progress.Step));
            }
        }
        catch (DivergedException failure)
        {
            Notify(callback => callback.OnDiverged(this, pair, failure));
            throw;
        }
    }

    private void BeginStep()
    {
        Optimizer.ZeroGrad();
        (_loss, _terms) = (0, new float[Loss.TermNames.Count]);
    }

    /// <summary>Adds a batch's gradients to those of the step under way.</summary>
    /// <returns>Whether the step has all its batches.</returns>
    private bool Accumulate(TrainingPair pair)
    {
        if (_gathered == 0)
        {
            BeginStep();
        }

        int batches = Math.Min(Options.Accumulate, TrainBatches.BatchesPerEpoch - Progress.Batch);
        _loss += Backward(pair, 1.0 / batches) / batches;
        if (++_gathered < batches)
        {
            return false;
        }

        (_gathered, Progress.Batch) = (0, Progress.Batch + batches);
        return true;
    }

    private void EndStep(double[] rates, double momentum)
    {
        Notify(callback => callback.OnGradients(this));
        double norm = Update(rates, momentum, Progress.Step % NormInterval == 0);
        Average?.Update();
        var record = new StepRecord(Progress.Step++, rates[^1], momentum, _loss, Progress.Smoother.Add(_loss)) { Rates = rates, Terms = _terms, GradientNorm = norm };
        Recorder.Add(record);
        Lap();
        Notify(callback => callback.OnStepEnd(this, record));
    }

    /// <summary>Limits the gradients and lets the optimizer use them.</summary>
    /// <returns>The norm of all gradients together, where it was asked for or is limited; NaN otherwise.</returns>
    private double Update(IReadOnlyList<double> rates, double momentum, bool measuresNorm)
    {
        double norm = double.NaN;
        if (Options.ClipGradients > 0 || measuresNorm)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor[] gradients = [.. Model.parameters().Select(parameter => parameter.grad).OfType<Tensor>()];
            norm = stack(gradients.Select(gradient => gradient.norm())).norm().item<float>();
            if (!double.IsFinite(norm))
            {
                throw new DivergedException($"The gradients became {norm} at step {Progress.Step} of stage {StageName} ({Describe(_terms)}); lower the learning rate.");
            }

            double scale = Options.ClipGradients / (norm + 1e-6);
            using Scalar factor = Scalars.Of(scale);
            foreach (Tensor gradient in Options.ClipGradients > 0 && scale < 1 ? gradients : [])
            {
                gradient.mul_(factor);
            }
        }

        Optimizer.Step(rates, momentum);
        return norm;
    }

    private void EndEpoch(EpochRecord validated, OneCycleSchedule schedule)
    {
        Lap();
        if (ValidBatches is { BatchesPerEpoch: > 0 } && !double.IsFinite(validated.ValidLoss))
        {
            var failure = new DivergedException($"The validation loss became {validated.ValidLoss} after epoch {Progress.Epoch} of stage {StageName} ({Describe([.. validated.Terms.Values.Select(value => (float)value)])}); lower the learning rate.");
            Notify(callback => callback.OnDiverged(this, null, failure));
            throw failure;
        }

        EpochRecord epoch = validated with
        {
            Epoch = Progress.Epoch++,
            Rate = schedule.RatesAt(Progress.Step - 1)[^1],
            TrainLoss = Progress.Smoother.Value,
            Seconds = Progress.Seconds,
        };
        (Progress.Batch, Progress.Seconds) = (0, 0);
        Recorder.Add(epoch);
        Notify(callback => callback.OnEpochEnd(this, epoch));
    }

    /// <summary>Whether the validation loss has not become better for as long as <see cref="LearnerOptions.EarlyStop"/> allows.</summary>
    private bool HasStalled()
    {
        double[] losses = [.. Recorder.Epochs.TakeLast(Progress.Epoch).Select(epoch => epoch.ValidLoss)];
        return Options.EarlyStop > 0 && losses.Length > Options.EarlyStop && !losses.Any(double.IsNaN) && losses.Length - 1 - Array.IndexOf(losses, losses.Min()) >= Options.EarlyStop;
    }

    private void Lap()
    {
        Progress.Seconds += _clock.Elapsed.TotalSeconds;
        _clock.Restart();
    }

    private void Notify(Action<LearnerCallback> tell)
    {
        foreach (LearnerCallback callback in Callbacks)
        {
            tell(callback);
        }
    }

    /// <summary>Forward, loss, backward; the gradients are added to those that are there.</summary>
    private double Backward(TrainingPair pair, double share)
    {
        using DisposeScope scope = NewDisposeScope();
        using LossTerms terms = Forward(pair, out _);
        double loss = terms.Total.item<float>();
        float[] values = terms.Values.cpu().data<float>().ToArray();
        if (!double.IsFinite(loss))
        {
            throw new DivergedException($"The loss became {loss} at step {Progress.Step} of stage {StageName} ({Describe(values)}); lower the learning rate.");
        }

        for (int i = 0; i < values.Length; i++)
        {
            _terms[i] += (float)share * values[i];
        }

        using Scalar part = Scalars.Of(share);
        (share == 1 ? terms.Total : terms.Total * part).backward();
        return loss;
    }

    private string Describe(float[] terms) =>
        string.Join(", ", Loss.TermNames.Zip(terms, (name, value) => FormattableString.Invariant($"{name} {value:g4}")));

    private LossTerms Forward(TrainingPair pair, out Tensor prediction)
    {
        Tensor input = ImageNet.Normalize(pair.Input.to(_device)), target = ImageNet.Normalize(pair.Target.to(_device));
        prediction = Model.call(input);
        return Loss.Compute(prediction, target, Options.StruckWeight == 1 ? null : PixelWeights(pair).to(_device));
    }

    /// <summary>What each pixel counts by how far the damage moved it.</summary>
    private Tensor PixelWeights(TrainingPair pair)
    {
        using Scalar limit = Scalars.Of(StruckDifference), weight = Scalars.Of(Options.StruckWeight);
        Tensor isStruck = (pair.Input - pair.Target).abs().amax([1], keepdim: true).gt(limit);
        return ones_like(isStruck, dtype: ScalarType.Float32).masked_fill(isStruck, weight);
    }

    private double FinderStep(TrainingPair pair, double[] rates)
    {
        try
        {
            return TrainStep(pair, rates, _momentum);
        }
        catch (DivergedException)
        {
            return double.NaN;
        }
    }

    private void ForgetAverage()
    {
        Average?.Dispose();
        Average = null;
    }

    private void ForgetOptimizer()
    {
        _optimizer?.Dispose();
        _optimizer = null;
        _momentum = FirstMomentum;
    }
}
