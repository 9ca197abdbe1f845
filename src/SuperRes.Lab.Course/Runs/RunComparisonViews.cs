using System.Net;
using SuperRes.Lab.Show;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>Runs beside each other, as table and charts.</summary>
public static class RunComparisonViews
{
    /// <summary>A row a run: the last epoch, the time, and the values of the keys in which the runs differ.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <returns>The table.</returns>
    public static Table ToTable(this RunComparison comparison) => new(
        ["run", "epochs", "last stage", "valid_loss", "psnr (dB)", "ssim", "best psnr (dB)", "time", .. comparison.Differences],
        [
            .. comparison.Runs.Select((run, i) => (IReadOnlyList<object?>)
            [
                run.Name, FormattableString.Invariant($"{run.Epochs.Count} of {run.Experiment.Stages.Sum(stage => stage.Epochs)}"),
                .. run.Epochs.Count == 0
                    ? (object?[])["–", "–", "–", "–", "–", "–"]
                    :
                    [
                        run.Epochs[^1].Stage, Number(run.Epochs[^1].ValidLoss, "0.0000"), Number(run.Epochs[^1].Psnr, "0.00"),
                            Number(run.Epochs[^1].Ssim, "0.0000"),
                        Number(run.Epochs.Max(epoch => epoch.Psnr), "0.00"),
                            TimeSpan.FromSeconds(Math.Round(run.Epochs.Sum(epoch => epoch.Seconds))).ToString("c"),
                    ],
                .. comparison.Differences.Select(key => (object?)(comparison.Settings[i].GetValueOrDefault(key) ?? "–")),
            ]),
        ]);

    /// <summary>Validation loss of every run over its epochs.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <returns>The chart.</returns>
    public static Chart PlotLosses(this RunComparison comparison) =>
        Plot(comparison, new Chart("Validation loss").WithX("epoch").WithY("loss", log: true), epoch => epoch.ValidLoss);

    /// <summary>PSNR of the held-out pairs of every run over its epochs.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <returns>The chart.</returns>
    public static Chart PlotQuality(this RunComparison comparison) =>
        Plot(comparison, new Chart("Quality of held-out pairs").WithX("epoch").WithY("PSNR", "dB"), epoch => epoch.Psnr);

    /// <summary>Table, differences and charts.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <returns>HTML.</returns>
    public static string ToHtml(this RunComparison comparison)
    {
        bool isTrained = comparison.Runs.Any(run => run.Epochs.Count > 0);
        string differences = comparison.Differences.Count == 0 ? "The experiments do not differ." : "The experiments differ in "
            + string.Join(", ", comparison.Differences) + ".";
        return $"<div>{comparison.ToTable().ToHtml()}<p>{WebUtility.HtmlEncode(differences)}</p>"
            + $"{string.Concat(comparison.Skipped.Select(why => $"<p>Left out: {WebUtility.HtmlEncode(why)}</p>"))}"
            + $"{(isTrained ? comparison.PlotLosses().ToHtml() + comparison.PlotQuality().ToHtml() : "")}</div>";
    }

    /// <summary>The quality of the runs over their epochs.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <returns>A PNG file; null where no run has an epoch.</returns>
    public static byte[]? ToPng(this RunComparison comparison) => comparison.Runs.Any(run => run.Epochs.Count > 0)
        ? comparison.PlotQuality().ToPng() : null;

    /// <summary>The table for a console.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <returns>Text.</returns>
    public static string ToText(this RunComparison comparison) => comparison.ToTable().ToText();

    private static string Number(double value, string format) => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);

    private static Chart Plot(RunComparison comparison, Chart chart, Func<EpochRecord, double> value)
    {
        foreach (RunSummary run in comparison.Runs.Where(run => run.Epochs.Count > 0))
        {
            chart = chart.Line(run.Name, [.. run.Epochs.Select((_, i) => i + 1.0)], [.. run.Epochs.Select(value)], markers: true);
        }

        return chart;
    }
}
