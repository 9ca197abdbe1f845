using System.Globalization;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Show;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>Charts and sheets of a run's course, from what its folder keeps.</summary>
public static class RunCharts
{
    /// <summary>Every term of the validation loss over the epochs, a panel a term: each has a scale of its own.</summary>
    /// <param name="epochs">The epochs, of one stage or of several.</param>
    /// <returns>The chart; stages are marked where there are several.</returns>
    public static Chart PlotTerms(IReadOnlyList<EpochRecord> epochs)
    {
        string[] terms = [.. epochs.SelectMany(epoch => epoch.Terms.Keys).Distinct(StringComparer.Ordinal)];
        bool several = Starts(epochs).Count() > 1;
        double[] numbers = [.. epochs.Select((_, i) => i + 1.0)];
        return Chart.Grid("Terms of the validation loss", Math.Min(3, terms.Length), terms.Select(term =>
        {
            Chart panel = new Chart(term).WithX("epoch").WithY("weighted loss").WithoutLegend()
                .Line(term, numbers, epochs.Select(epoch => epoch.Terms.GetValueOrDefault(term, double.NaN)), markers: true, color: 0);
            return several ? Marked(panel, epochs) : panel;
        }));
    }

    /// <summary>PSNR and SSIM of the held-out pairs over the epochs.</summary>
    /// <param name="epochs">The epochs, of one stage or of several.</param>
    /// <returns>The chart, with SSIM on an axis of its own; stages are marked where there are several.</returns>
    public static Chart PlotPsnrAndSsim(IReadOnlyList<EpochRecord> epochs)
    {
        double[] numbers = [.. epochs.Select((_, i) => i + 1.0)];
        Chart chart = new Chart("Quality of held-out pairs").WithX("epoch").WithY("PSNR", "dB").WithRightY("SSIM")
            .Line("PSNR", numbers, epochs.Select(epoch => epoch.Psnr), markers: true)
            .Line("SSIM", numbers, epochs.Select(epoch => epoch.Ssim), LineDash.Dash, markers: true, side: YAxisSide.Right);
        return Starts(epochs).Count() > 1 ? Marked(chart, epochs) : chart;
    }

    /// <summary>Held-out pairs as the network saw them after each epoch of a stage.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="pairs">How many pairs, at most three.</param>
    /// <param name="epochs">How many epochs are shown at most, evenly spaced, the last among them.</param>
    /// <returns>A row a pair: input, the prediction after each epoch with its PSNR, target.</returns>
    /// <exception cref="InputException">The stage has not been trained.</exception>
    public static PictureGrid ShowSamples(this RunFolder folder, string stage, int pairs = 2, int epochs = 4)
    {
        List<(int Epoch, RgbImage Sheet)> sheets = [];
        for (int epoch = 0; File.Exists(folder.SampleFile(stage, epoch)); epoch++)
        {
            sheets.Add((epoch, ImageCodec.Read(folder.SampleFile(stage, epoch))));
        }

        if (sheets.Count == 0)
        {
            throw new InputException($"Stage {stage} has left no sample pictures in {LabFolders.Shown(folder.Path)}; run that stage's "
                + $"notebook, or `superres train`.");
        }

        sheets = Spread(sheets, epochs);
        int side = sheets[0].Sheet.Width / 3;
        IEnumerable<PictureRow> rows = Enumerable.Range(0, Math.Min(pairs, sheets[0].Sheet.Height / side)).Select(row =>
        {
            RgbImage Part(RgbImage sheet, int column) => sheet.Crop(column * side, row * side, side, side);
            RgbImage input = Part(sheets[0].Sheet, 0), target = Part(sheets[0].Sheet, 2);
            return new PictureRow(null, [Cell(input, target), .. sheets.Select(sheet => Cell(Part(sheet.Sheet, 1), target)), target]);
        });
        return new PictureGrid(
            ["input", .. sheets.Select(sheet => $"after epoch {sheet.Epoch + 1}"), "target"], [.. rows], $"Stage {stage}");
    }

    /// <summary>A chart over epochs with a line where each stage begins.</summary>
    internal static Chart Marked(Chart chart, IReadOnlyList<EpochRecord> epochs) =>
        Starts(epochs).Aggregate(chart, (marked, start) => marked.VerticalLine(start.At, start.Stage));

    /// <summary>Where stages begin, between the epochs.</summary>
    private static IEnumerable<(double At, string Stage)> Starts(IReadOnlyList<EpochRecord> epochs) => Enumerable.Range(0, epochs.Count)
        .Where(i => i == 0 || epochs[i].Stage != epochs[i - 1].Stage)
        .Select(i => (i + 0.5, epochs[i].Stage));

    private static List<T> Spread<T>(List<T> items, int most) => items.Count <= most
        ? items
        : [.. Enumerable.Range(0, most).Select(
            i => items[most == 1 ? items.Count - 1 : (int)Math.Round(i * (items.Count - 1.0) / (most - 1))])];

    private static PictureCell Cell(RgbImage image, RgbImage target) =>
        new(image, string.Create(CultureInfo.InvariantCulture, $"{Psnr.Rgb(image, target):0.00} dB"));
}
