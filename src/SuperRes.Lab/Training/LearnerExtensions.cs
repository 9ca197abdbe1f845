using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>What is made of a learner's loop: freezing after fastai's <c>Learner</c>, one cycle, the LR finder, validation and
/// predictions.</summary>
public static class LearnerExtensions
{
    /// <summary>Freezes all layer groups but the last (batch norms stay trainable), with a new optimizer.</summary>
    /// <param name="learner">The learner.</param>
    public static void Freeze(this Learner learner)
    {
        learner.Model.Freeze();
        learner.RenewOptimizer();
    }

    /// <summary>Makes everything trainable, with a new optimizer.</summary>
    /// <param name="learner">The learner.</param>
    public static void Unfreeze(this Learner learner)
    {
        learner.Model.Unfreeze();
        learner.RenewOptimizer();
    }

    /// <summary>Trains one cycle.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="epochs">Epochs, at least 1.</param>
    /// <param name="rate">Highest learning rate, or a slice over the layer groups.</param>
    /// <param name="pctStart">Share of the steps on which the rate rises; the article's recipe uses 0.9, fastai's default is 0.3.</param>
    /// <param name="cancellation">Ends the training after the step under way.</param>
    /// <param name="resumeFrom">How far the cycle was when it was interrupted; null for the beginning.</param>
    /// <exception cref="DivergedException">A loss, a gradient or the validation loss became NaN or infinite.</exception>
    public static void FitOneCycle(
        this Learner learner,
        int epochs,
        LrSlice rate,
        double pctStart = 0.3,
        CancellationToken cancellation = default,
        FitProgress? resumeFrom = null)
    {
        var schedule = new OneCycleSchedule(rate.Spread(learner.Model.Groups.Count), epochs * learner.StepsPerEpoch, pctStart);
        learner.Fit(epochs, schedule, cancellation, resumeFrom);
    }

    /// <summary>Finds a learning rate; weights, statistics, optimizer and random state are the same afterwards as before.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="finder">The finder; null for fastai's 100 iterations from 1e-7 to 10.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The losses over the rates, with a plot.</returns>
    public static LrFinderResult FindLr(this Learner learner, LrFinder? finder = null, CancellationToken cancellation = default) =>
        LrSearch.Run(learner, finder ?? new LrFinder(), cancellation);

    /// <summary>The average of the weights while a fit with <see cref="WeightAveraging"/> is under way.</summary>
    /// <param name="learner">The learner.</param>
    /// <returns>The average; null where there is none.</returns>
    public static WeightAverage? Average(this Learner learner) => learner.Callbacks.OfType<WeightAveraging>().FirstOrDefault()?.Average;

    /// <summary>Runs the validation batches, with the average of the weights where there is one.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="stage">Name for the record.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>
    /// Losses, terms, PSNR and SSIM, means over the pairs; NaN without validation batches. A pair without any error counts as 100 dB, so
    /// that one white crop doesn't make the mean infinite.
    /// </returns>
    public static EpochRecord Validate(this Learner learner, string stage = "validation", CancellationToken cancellation = default) =>
        Validator.Run(learner, stage, cancellation);

    /// <summary>The answer of the network, or of the average of its weights where there is one, to a batch.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="input">N×3×H×W in 0–1.</param>
    /// <returns>N×3×H×W in 0–1, clamped, on the CPU.</returns>
    public static Tensor Predict(this Learner learner, Tensor input) => Validator.Predict(learner, input);
}
