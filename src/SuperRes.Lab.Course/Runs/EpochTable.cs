using System.Globalization;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>fastai's table of epochs as text, a row at a time: the widths are set before the first row is known.</summary>
/// <param name="terms">The loss's terms.</param>
/// <param name="stageNames">The stages whose rows will come, at least one.</param>
public sealed class EpochTable(IReadOnlyList<string> terms, params IEnumerable<string> stageNames)
{
    private const int EpochWidth = 5, LossWidth = 10, TermWidth = 8;
    private readonly int _stageWidth = Math.Max("stage".Length, stageNames.Max(name => name.Length));

    /// <summary>The names of the columns.</summary>
    /// <returns>A line without its end.</returns>
    public string Header()
    {
        IEnumerable<string> cells = terms.Select(term => term.PadLeft(Math.Max(TermWidth, term.Length)));
        return $"{"stage".PadRight(_stageWidth)}  {"epoch",EpochWidth}  {"train_loss",LossWidth}  {"valid_loss",LossWidth}  "
            + $"{string.Concat(cells.Select(cell => cell + "  "))}{"psnr",6}  {"ssim",6}  {"time",8}";
    }

    /// <summary>One epoch, numbered from 1.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <returns>A line without its end.</returns>
    public string Row(EpochRecord epoch)
    {
        IEnumerable<string> cells = terms.Select(
            term => Number(epoch.Terms.GetValueOrDefault(term, double.NaN), "0.000000").PadLeft(Math.Max(TermWidth, term.Length)));
        return $"{epoch.Stage.PadRight(_stageWidth)}  {epoch.Epoch + 1,EpochWidth}  {Number(epoch.TrainLoss, "0.000000"),LossWidth}  "
            + $"{Number(epoch.ValidLoss, "0.000000"),LossWidth}  "
            + $"{string.Concat(cells.Select(cell => cell + "  "))}{Number(epoch.Psnr, "0.00"),6}  {Number(epoch.Ssim, "0.0000"),6}  "
                + $"{Time(epoch.Seconds),8}";
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Minutes and seconds as fastai writes them, with a tenth.</summary>
    private static string Time(double seconds)
    {
        long tenths = (long)Math.Round(seconds * 10);
        return string.Create(CultureInfo.InvariantCulture, $"{tenths / 600:00}:{tenths / 10 % 60:00}.{tenths % 10}");
    }
}
