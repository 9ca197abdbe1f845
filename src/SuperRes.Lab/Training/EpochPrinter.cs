using System.Globalization;

namespace SuperRes.Lab.Training;

/// <summary>Writes fastai's epoch table line by line while the training runs.</summary>
/// <param name="output">Where to; null for the console.</param>
public sealed class EpochPrinter(TextWriter? output = null) : LearnerCallback
{
    private const int Width = 11;

    /// <inheritdoc/>
    public override void OnFitBegin(Learner learner, int totalSteps) =>
        Output.WriteLine(Row(["stage", "epoch", "train_loss", "valid_loss", .. learner.Loss.TermNames, "psnr", "ssim", "time"]));

    /// <inheritdoc/>
    public override void OnEpochEnd(Learner learner, EpochRecord epoch) => Output.WriteLine(Row(
    [
        epoch.Stage,
        epoch.Epoch.ToString(CultureInfo.InvariantCulture),
        Six(epoch.TrainLoss),
        Six(epoch.ValidLoss),
        .. epoch.Terms.Values.Select(Six),
        epoch.Psnr.ToString("0.00", CultureInfo.InvariantCulture),
        epoch.Ssim.ToString("0.0000", CultureInfo.InvariantCulture),
        TimeSpan.FromSeconds(epoch.Seconds).ToString(@"mm\:ss", CultureInfo.InvariantCulture),
    ]));

    private TextWriter Output => output ?? Console.Out;

    private static string Six(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);

    private static string Row(IEnumerable<string> cells) => string.Concat(cells.Select(cell => cell.PadRight(Width))).TrimEnd();
}
