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
    private readonly Device _device;
    private AdamW? _optimizer;
    private double _momentum = FirstMomentum;
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

    /// <summary>Trains one cycle.</summary>
    /// <param name="epochs">Epochs, at least 1.</param>
    /// <param name="rate">Highest learning rate, or a slice over the layer groups.</param>
    /// <param name="pctStart">Share of the steps on which the rate rises; the article's recipe uses 0.9, fastai's default is 0.3.</param>
    /// <param name="cancellation">Ends the training after the step under way.</param>
    /// <param name="resumeFrom">How far the cycle was when it was broken off; null for the beginning.</param>
    /// <exception cref="DivergedException">The loss became NaN or infinite.</exception>
    public void FitOneCycle(int epochs, LrSlice rate, double pctStart = 0.3, CancellationToken cancellation = default, FitProgress? resumeFrom = null)
    {
        var schedule = new OneCycleSchedule(rate.Spread(Model.Groups.Count), epochs * TrainBatches.BatchesPerEpoch, pctStart);
        Progress = resumeFrom ?? new FitProgress();
        foreach (LearnerCallback callback in Callbacks)
        {
            callback.OnFitBegin(this, schedule.Steps);
        }

        while (Progress.Epoch < epochs)
        {
            var clock = Stopwatch.StartNew();
            Model.train();
            foreach (TrainingPair pair in TrainBatches.ReadEpoch(Progress.Epoch, cancellation))
            {
                double[] rates = schedule.RatesAt(Progress.Step);
                double momentum = schedule.MomentumAt(Progress.Step);
                double loss = TrainStep(pair, rates, momentum);
                var record = new StepRecord(Progress.Step++, rates[^1], momentum, loss, Progress.Smoother.Add(loss)) { Rates = rates, Terms = _terms };
                Recorder.Add(record);
                foreach (LearnerCallback callback in Callbacks)
                {
                    callback.OnStepEnd(this, record);
                }

                cancellation.ThrowIfCancellationRequested();
            }

            EpochRecord epoch = Validate(StageName) with
            {
                Epoch = Progress.Epoch++,
                Rate = Recorder.Steps[^1].Rate,
                TrainLoss = Progress.Smoother.Value,
                Seconds = clock.Elapsed.TotalSeconds,
            };
            Recorder.Add(epoch);
            foreach (LearnerCallback callback in Callbacks)
            {
                callback.OnEpochEnd(this, epoch);
            }
        }

        _momentum = schedule.MomentumAt(schedule.Steps);
    }

    /// <summary>One step: forward, loss, backward, optimizer.</summary>
    /// <param name="pair">The batch.</param>
    /// <param name="rates">Learning rate of each layer group.</param>
    /// <param name="momentum">β₁.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="DivergedException">The loss is NaN or infinite; no step was made.</exception>
    public double TrainStep(TrainingPair pair, IReadOnlyList<double> rates, double momentum)
    {
        using DisposeScope scope = NewDisposeScope();
        using LossTerms terms = Forward(pair, out _);
        double loss = terms.Total.item<float>();
        _terms = terms.Values.cpu().data<float>().ToArray();
        if (!double.IsFinite(loss))
        {
            throw new DivergedException($"The loss became {loss} at step {Progress.Step} of stage {StageName} ({Describe(terms)}); lower the learning rate.");
        }

        Optimizer.ZeroGrad();
        terms.Total.backward();
        if (Options.ClipGradients > 0)
        {
            nn.utils.clip_grad_norm_(Model.parameters().Where(parameter => parameter.grad is not null), Options.ClipGradients);
        }

        Optimizer.Step(rates, momentum);
        return loss;
    }

    /// <summary>Runs the validation batches.</summary>
    /// <param name="stage">Name for the record.</param>
    /// <returns>Losses, terms, PSNR and SSIM, means over the pairs; NaN without validation batches.</returns>
    public EpochRecord Validate(string stage = "validation")
    {
        var clock = Stopwatch.StartNew();
        var sums = new double[Loss.TermNames.Count];
        double total = 0, psnr = 0, ssim = 0;
        long count = 0;
        using IDisposable off = no_grad();
        Model.eval();
        foreach (TrainingPair pair in ValidBatches?.ReadEpoch(0) ?? [])
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

            Tensor picture = ImageNet.Denormalize(prediction).clamp(0, 1).cpu();
            psnr += Psnr.Rgb(picture, pair.Target).Sum();
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
                foreach (TrainingPair pair in TrainBatches.ReadEpoch(epoch, cancellation))
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

    /// <summary>The network's answer to a batch.</summary>
    /// <param name="input">N×3×H×W in 0–1.</param>
    /// <returns>N×3×H×W in 0–1, clamped, on the CPU.</returns>
    public Tensor Predict(Tensor input)
    {
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        bool training = Model.training;
        Model.eval();
        Tensor prediction = ImageNet.Denormalize(Model.call(ImageNet.Normalize(input.to(_device)))).clamp(0, 1).cpu();
        Model.train(training);
        return prediction.MoveToOuterDisposeScope();
    }

    /// <summary>Frees the optimizer.</summary>
    public void Dispose() => ForgetOptimizer();

    private static string Describe(LossTerms terms)
    {
        float[] values = terms.Values.cpu().data<float>().ToArray();
        return string.Join(", ", terms.Names.Zip(values, (name, value) => FormattableString.Invariant($"{name} {value:g4}")));
    }

    private LossTerms Forward(TrainingPair pair, out Tensor prediction)
    {
        Tensor input = ImageNet.Normalize(pair.Input.to(_device)), target = ImageNet.Normalize(pair.Target.to(_device));
        prediction = Model.call(input);
        return Loss.Compute(prediction, target);
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

    private void ForgetOptimizer()
    {
        _optimizer?.Dispose();
        _optimizer = null;
        _momentum = FirstMomentum;
    }
}
