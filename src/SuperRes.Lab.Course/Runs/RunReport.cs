using System.Net;
using System.Text;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;
using SuperRes.Lab.Show;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>report.html: at a glance whether a run goes well.</summary>
public static class RunReport
{
    private const int SampleColumns = 5, SampleSide = 192, ShownSteps = 4000;

    /// <summary>Writes the report of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="state">How it stands.</param>
    /// <param name="message">What is to be said of that; null for nothing.</param>
    public static void Write(ExperimentRun run, RunState state = RunState.Complete, string? message = null)
    {
        IReadOnlyList<EpochRecord> epochs = run.Epochs;
        var body =
            new StringBuilder($"<h1>{Text(run.Experiment.Name)}</h1><p>{Text(run.Experiment.Description)}</p>"
                + $"{Headline(run, state, message)}");
        if (run.Loss.Warning is { } warning)
        {
            body.Append($"<p><strong>{Text(warning)}</strong></p>");
        }

        if (epochs.Count > 0)
        {
            body.Append(PlotLosses(epochs).ToHtml()).Append(RunCharts.PlotPsnrAndSsim(epochs).ToHtml());
            if (epochs.Any(epoch => epoch.Terms.Count > 1))
            {
                body.Append(RunCharts.PlotTerms(epochs).ToHtml());
            }
        }

        IReadOnlyList<(int Row, StepRecord Step)> steps = Thin(StepLog.Read(run.Folder.StepsFile));
        if (steps.Count > 0)
        {
            body.Append(PlotRates(steps).ToHtml()).Append(PlotGradients(steps).ToHtml());
        }

        if (epochs.Count > 0)
        {
            body.Append("<h2>Epochs</h2>").Append(RecorderViews.TableOf(epochs).ToHtml()).Append(Samples(run.Folder, epochs));
        }

        body.Append("<h2>Stages</h2>").Append(run.Experiment.StageTable().ToHtml()).Append("<h2>Environment</h2>")
            .Append(Environment(run.Folder).ToHtml());
        AtomicFile.WriteAllText(run.Folder.ReportFile, HtmlPage.Wrap(run.Experiment.Name, body.ToString(), includePlotly: true));
    }

    /// <summary>Training and validation loss over all epochs of a run, with the stages marked.</summary>
    /// <param name="epochs">The epochs.</param>
    /// <returns>The chart.</returns>
    public static Chart PlotLosses(IReadOnlyList<EpochRecord> epochs) => RunCharts.Marked(
        new Chart("Loss over the stages").WithX("epoch").WithY("loss", log: true)
            .Line("training", Numbers(epochs), [.. epochs.Select(epoch => epoch.TrainLoss)], markers: true)
            .Line("validation", Numbers(epochs), [.. epochs.Select(epoch => epoch.ValidLoss)], markers: true),
        epochs);

    /// <summary>Learning rate and momentum over all steps of a run.</summary>
    private static Chart PlotRates(IReadOnlyList<(int Row, StepRecord Step)> steps) =>
        new Chart("One cycle a stage").WithX("row of steps.csv").WithY("learning rate").WithRightY("momentum")
        .Line("learning rate", Rows(steps), [.. steps.Select(row => row.Step.Rate)])
        .Line("momentum", Rows(steps), [.. steps.Select(row => row.Step.Momentum)], side: YAxisSide.Right);

    private static Chart PlotGradients(IReadOnlyList<(int Row, StepRecord Step)> steps)
    {
        (int Row, double Norm)[] norms = [.. steps.Select(row => (row.Row, row.Step.GradientNorm)).Where(row => row.GradientNorm > 0)];
        Chart loss = new Chart("Training loss, smoothed").WithX("row of steps.csv").WithY("loss", log: true).WithoutLegend()
            .Line("loss", Rows(steps), [.. steps.Select(row => row.Step.SmoothLoss)]);
        return norms.Length == 0 ? loss : Chart.Grid("Training loss and gradients", 2, loss,
            new Chart("Norm of the gradients").WithX("row of steps.csv").WithY("norm", log: true)
            .WithoutLegend().Line("norm", [.. norms.Select(row => (double)row.Row)], [.. norms.Select(row => row.Norm)], color: 1));
    }

    private static string Headline(ExperimentRun run, RunState state, string? message)
    {
        IReadOnlyList<Stage> stages = run.Experiment.Stages;
        (string colour, string word) = state switch
        {
            RunState.Complete when run.Epochs.Count > 0 && run.Epochs[^1].Stage == stages[^1].Name => ("#1a7f37", "Complete"),
            RunState.Complete => ("#1a7f37", "Complete up to stage " + (run.Epochs.Count > 0 ? run.Epochs[^1].Stage : "none")),
            RunState.Interrupted => ("#9a6700", "Interrupted; --resume continues it"),
            RunState.Diverged => ("#cf222e", "Diverged"),
            _ => ("#0969da", "Under way"),
        };
        string now = run.Epochs.Count == 0
            ? "No epoch is complete."
            : $"{run.Epochs.Count} of {stages.Sum(stage => stage.Epochs)} epochs, last in stage {run.Epochs[^1].Stage}: "
                + FormattableString.Invariant($"validation loss {run.Epochs[^1].ValidLoss:0.0000}, {run.Epochs[^1].Psnr:0.00} dB, ")
                + $"{TrainingPlanViews.Time(run.Epochs.Sum(epoch => epoch.Seconds))} in all.";
        return $"<p style=\"border-left:4px solid {colour};padding-left:8px\"><strong style=\"color:{colour}\">{Text(word)}.</strong> "
            + $"{Text(now)}{(message is null ? "" : $"<br>{Text(message)}")}</p>";
    }

    /// <summary>One held-out crop over the epochs of each stage.</summary>
    private static string Samples(RunFolder folder, IReadOnlyList<EpochRecord> epochs)
    {
        var html = new StringBuilder("<h2>A held-out crop over the epochs</h2>");
        foreach (IGrouping<string, EpochRecord> stage in epochs.GroupBy(epoch => epoch.Stage))
        {
            EpochRecord[] there = [.. stage.Where(epoch => File.Exists(folder.SampleFile(epoch.Stage, epoch.Epoch)))];
            if (there.Length == 0)
            {
                continue;
            }

            // Evenly spaced, the first and the last among them.
            EpochRecord[] shown =
                [.. Enumerable.Range(0, Math.Min(SampleColumns, there.Length)).Select(
                i => there[i * (there.Length - 1) / Math.Max(1, Math.Min(SampleColumns, there.Length) - 1)])];
            RgbImage[] sheets = [.. shown.Select(epoch => ImageCodec.Read(folder.SampleFile(epoch.Stage, epoch.Epoch)))];
            html.Append(new PictureGrid(
                ["input", .. shown.Select(epoch => FormattableString.Invariant($"epoch {epoch.Epoch + 1}")), "target"],
                [new PictureRow($"stage {stage.Key}",
                    [Part(sheets[^1], 0), .. sheets.Select(sheet => (PictureCell)Part(sheet, 1)), Part(sheets[^1], 2)])]).ToHtml());
        }

        return html.ToString();
    }

    /// <summary>The middle of the first row's input, prediction or target.</summary>
    private static RgbImage Part(RgbImage sheet, int column)
    {
        int size = sheet.Width / 3, side = Math.Min(size, SampleSide);
        return sheet.Crop((column * size) + ((size - side) / 2), (size - side) / 2, side, side);
    }

    private static Table Environment(RunFolder folder) => Table.Of(
        Experiment.Load(folder.ExperimentFile).Run?.Select(entry => (entry.Key, Value: entry.Value?.ToString())) ?? [],
            ("what", entry => entry.Key), ("value", entry => entry.Value));

    /// <summary>As many steps as a chart can show.</summary>
    private static IReadOnlyList<(int Row, StepRecord Step)> Thin(IReadOnlyList<(string Stage, StepRecord Step)> steps)
    {
        // Multiples of ten keep the steps at which gradients were measured.
        int every = steps.Count <= ShownSteps ? 1 : ((steps.Count / ShownSteps / 10) + 1) * 10;
        return [.. steps.Select((row, i) => (Row: i, row.Step)).Where(row => row.Step.Step % every == 0)];
    }

    private static double[] Rows(IReadOnlyList<(int Row, StepRecord Step)> steps) => [.. steps.Select(row => (double)row.Row)];

    private static double[] Numbers(IReadOnlyList<EpochRecord> epochs) => [.. epochs.Select((_, i) => i + 1.0)];

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
