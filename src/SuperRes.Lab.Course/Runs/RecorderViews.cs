using System.Globalization;
using SuperRes.Lab.Show;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>What a learner has seen, as tables and charts.</summary>
public static class RecorderViews
{
    /// <summary>fastai's table: losses, every term, PSNR, SSIM and time of each epoch.</summary>
    /// <param name="recorder">What was seen.</param>
    /// <returns>A row an epoch.</returns>
    public static Table EpochTable(this Recorder recorder) => TableOf(recorder.Epochs);

    /// <summary>The same table of any epochs.</summary>
    /// <param name="epochs">The epochs.</param>
    /// <returns>A row an epoch.</returns>
    public static Table TableOf(IReadOnlyList<EpochRecord> epochs) =>
        TableOf(epochs, [.. epochs.SelectMany(epoch => epoch.Terms.Keys).Distinct()]);

    /// <summary>The same table, with columns for terms that no epoch has had yet.</summary>
    /// <param name="epochs">The epochs, numbered from 1 in the table.</param>
    /// <param name="terms">The loss's terms.</param>
    /// <param name="caption">A line above the table.</param>
    /// <returns>A row an epoch.</returns>
    internal static Table TableOf(IReadOnlyList<EpochRecord> epochs, IReadOnlyList<string> terms, string? caption = null) =>
        new(
            ["stage", "epoch", "train_loss", "valid_loss", .. terms, "psnr (dB)", "ssim", "time (s)"],
            [
                .. epochs.Select(epoch => (IReadOnlyList<object?>)
                [
                    epoch.Stage, epoch.Epoch + 1, Six(epoch.TrainLoss), Six(epoch.ValidLoss),
                    .. terms.Select(term => (object?)Six(epoch.Terms.GetValueOrDefault(term, double.NaN))),
                    epoch.Psnr.ToString("0.00", CultureInfo.InvariantCulture), epoch.Ssim.ToString("0.0000", CultureInfo.InvariantCulture),
                        epoch.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
                ]),
            ],
            caption);

    /// <summary>Training loss over the steps, with the validation loss at each epoch's end.</summary>
    /// <param name="recorder">What was seen.</param>
    /// <returns>The chart.</returns>
    public static Chart PlotLosses(this Recorder recorder)
    {
        Chart chart = new Chart("Loss").WithX("step").WithY("loss")
            .Line("training (smoothed)", [.. recorder.Steps.Select((_, i) => (double)i)],
                [.. recorder.Steps.Select(step => step.SmoothLoss)]);
        if (recorder.Epochs.Count == 0 || recorder.Steps.Count == 0 || recorder.Epochs.Any(epoch => double.IsNaN(epoch.ValidLoss)))
        {
            return chart;
        }

        double perEpoch = recorder.Steps.Count / (double)recorder.Epochs.Count;
        return chart.Line("validation", [.. recorder.Epochs.Select((_, i) => (i + 1) * perEpoch)],
            [.. recorder.Epochs.Select(epoch => epoch.ValidLoss)], markers: true);
    }

    /// <summary>Learning rate and momentum over the steps.</summary>
    /// <param name="recorder">What was seen.</param>
    /// <returns>The chart.</returns>
    public static Chart PlotRates(this Recorder recorder) =>
        new Chart("One cycle").WithX("step").WithY("learning rate").WithRightY("momentum")
        .Line("learning rate", [.. recorder.Steps.Select((_, i) => (double)i)], [.. recorder.Steps.Select(step => step.Rate)])
        .Line("momentum", [.. recorder.Steps.Select((_, i) => (double)i)], [.. recorder.Steps.Select(step => step.Momentum)],
            side: YAxisSide.Right);

    private static string Six(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);
}
