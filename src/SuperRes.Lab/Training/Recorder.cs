using SuperRes.Lab.Display;

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

    /// <summary>The norm of all gradients together, before it is limited; NaN where it was not measured (it is at every tenth step).</summary>
    public double GradientNorm { get; init; } = double.NaN;
}

/// <summary>One epoch, fastai's table row.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Epoch">Number within the stage, from 0.</param>
/// <param name="Rate">The last layer group's learning rate at the epoch's end.</param>
/// <param name="TrainLoss">Smoothed training loss at the epoch's end.</param>
/// <param name="ValidLoss">Validation loss; NaN without validation.</param>
/// <param name="Terms">Each term of the validation loss by name.</param>
/// <param name="Psnr">Mean PSNR of the validation pairs in dB, RGB.</param>
/// <param name="Ssim">Mean SSIM of the validation pairs, RGB.</param>
/// <param name="Seconds">Seconds that the epoch took.</param>
public sealed record EpochRecord(
    string Stage, int Epoch, double Rate, double TrainLoss, double ValidLoss, IReadOnlyDictionary<string, double> Terms, double Psnr, double Ssim, double Seconds);

/// <summary>Everything a learner has seen, in order.</summary>
public sealed class Recorder
{
    private readonly List<StepRecord> _steps = [];
    private readonly List<EpochRecord> _epochs = [];

    /// <summary>All steps of all fits since the recorder was made; a resumed run holds those from before, too.</summary>
    public IReadOnlyList<StepRecord> Steps => _steps;

    /// <summary>All epochs.</summary>
    public IReadOnlyList<EpochRecord> Epochs => _epochs;

    /// <summary>fastai's table: losses, every term, PSNR, SSIM and time of each epoch.</summary>
    /// <returns>A row an epoch.</returns>
    public Table EpochTable() => TableOf(_epochs);

    /// <summary>The same table of any epochs.</summary>
    /// <param name="epochs">The epochs.</param>
    /// <returns>A row an epoch.</returns>
    public static Table TableOf(IReadOnlyList<EpochRecord> epochs)
    {
        string[] terms = [.. epochs.SelectMany(epoch => epoch.Terms.Keys).Distinct()];
        return new Table(
            ["stage", "epoch", "train_loss", "valid_loss", .. terms, "psnr (dB)", "ssim", "time (s)"],
            [
                .. epochs.Select(epoch => (IReadOnlyList<object?>)
                [
                    epoch.Stage, epoch.Epoch, Six(epoch.TrainLoss), Six(epoch.ValidLoss),
                    .. terms.Select(term => (object?)Six(epoch.Terms.GetValueOrDefault(term, double.NaN))),
                    epoch.Psnr.ToString("0.00", Invariant), epoch.Ssim.ToString("0.0000", Invariant), epoch.Seconds.ToString("0.0", Invariant),
                ]),
            ]);
    }

    /// <summary>Training loss over the steps, with the validation loss at each epoch's end.</summary>
    /// <returns>The chart.</returns>
    public Chart PlotLosses()
    {
        Chart chart = new Chart("Loss").WithX("step").WithY("loss")
            .Line("training (smoothed)", [.. _steps.Select((_, i) => (double)i)], [.. _steps.Select(step => step.SmoothLoss)]);
        if (_epochs.Count == 0 || _steps.Count == 0 || _epochs.Any(epoch => double.IsNaN(epoch.ValidLoss)))
        {
            return chart;
        }

        double perEpoch = _steps.Count / (double)_epochs.Count;
        return chart.Line("validation", [.. _epochs.Select((_, i) => (i + 1) * perEpoch)], [.. _epochs.Select(epoch => epoch.ValidLoss)], markers: true);
    }

    /// <summary>Learning rate and momentum over the steps.</summary>
    /// <returns>The chart.</returns>
    public Chart PlotRates() => new Chart("One cycle").WithX("step").WithY("learning rate").WithRightY("momentum")
        .Line("learning rate", [.. _steps.Select((_, i) => (double)i)], [.. _steps.Select(step => step.Rate)])
        .Line("momentum", [.. _steps.Select((_, i) => (double)i)], [.. _steps.Select(step => step.Momentum)], side: YAxisSide.Right);

    internal void Add(StepRecord step) => _steps.Add(step);

    internal void Add(EpochRecord epoch) => _epochs.Add(epoch);

    /// <summary>Begins with what was seen before a fit was broken off.</summary>
    internal void Restore(IEnumerable<StepRecord> steps, IEnumerable<EpochRecord> epochs)
    {
        _steps.AddRange(steps);
        _epochs.AddRange(epochs);
    }

    private static readonly System.Globalization.CultureInfo Invariant = System.Globalization.CultureInfo.InvariantCulture;

    private static string Six(double value) => value.ToString("0.000000", Invariant);
}
