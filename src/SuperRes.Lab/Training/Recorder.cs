namespace SuperRes.Lab.Training;

/// <summary>One training step.</summary>
/// <param name="Step">Number within its fit, from 0.</param>
/// <param name="Rate">The last layer group's learning rate.</param>
/// <param name="Momentum">β₁.</param>
/// <param name="Loss">The batch's loss.</param>
/// <param name="SmoothLoss">The smoothed loss.</param>
public sealed record StepRecord(int Step, double Rate, double Momentum, double Loss, double SmoothLoss)
{
    /// <summary>Each layer group's learning rate.</summary>
    public IReadOnlyList<double> Rates { get; init; } = [];

    /// <summary>The terms of the batch's loss, in the order of the loss's term names.</summary>
    public IReadOnlyList<float> Terms { get; init; } = [];

    /// <summary>
    /// The norm of all gradients together, before it is clipped; NaN where it was not measured (it is at every tenth step).
    /// </summary>
    public double GradientNorm { get; init; } = double.NaN;

    internal static StepRecord Of(TrainingStep step, double smoothLoss) =>
        new(step.Number!.Value, step.Rates[^1], step.Momentum, step.Loss, smoothLoss)
        {
            Rates = step.Rates,
            Terms = step.Terms,
            GradientNorm = step.GradientNorm ?? double.NaN,
        };
}

/// <summary>One epoch, fastai's table row.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Epoch">Number within the stage, from 0.</param>
/// <param name="Rate">The last layer group's learning rate at the epoch's end.</param>
/// <param name="TrainLoss">Smoothed training loss at the epoch's end.</param>
/// <param name="ValidLoss">Validation loss; NaN without validation.</param>
/// <param name="Terms">Each term of the validation loss by name, then each metric of one's own.</param>
/// <param name="Psnr">Mean PSNR of the validation pairs in dB, RGB.</param>
/// <param name="Ssim">Mean SSIM of the validation pairs, RGB.</param>
/// <param name="Seconds">Seconds that the epoch took.</param>
public sealed record EpochRecord(
    string Stage,
    int Epoch,
    double Rate,
    double TrainLoss,
    double ValidLoss,
    IReadOnlyDictionary<string, double> Terms,
    double Psnr,
    double Ssim,
    double Seconds);

/// <summary>Everything a learner has seen, in order.</summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Course, HasPicture = false)]
public sealed class Recorder : LearnerCallback
{
    private readonly List<StepRecord> _steps = [];
    private readonly List<EpochRecord> _epochs = [];

    /// <summary>All steps of all fits since the recorder was made; a resumed run holds those from before, too.</summary>
    public IReadOnlyList<StepRecord> Steps => _steps;

    /// <summary>All epochs.</summary>
    public IReadOnlyList<EpochRecord> Epochs => _epochs;

    /// <inheritdoc/>
    public override void OnStepEnd(Learner learner, StepRecord step) => _steps.Add(step);

    /// <inheritdoc/>
    public override void OnEpochEnd(Learner learner, EpochRecord epoch) => _epochs.Add(epoch);

    /// <summary>Begins with what was seen before a fit was interrupted.</summary>
    internal void Restore(IEnumerable<StepRecord> steps, IEnumerable<EpochRecord> epochs)
    {
        _steps.AddRange(steps);
        _epochs.AddRange(epochs);
    }
}
