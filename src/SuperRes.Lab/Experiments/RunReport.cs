using System.Text;
using SuperRes.Lab.Display;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <summary>report.html: at a glance whether a run goes well.</summary>
public static class RunReport
{
    /// <summary>Writes the report of a run.</summary>
    /// <param name="run">The run.</param>
    public static void Write(ExperimentRun run)
    {
        IReadOnlyList<EpochRecord> epochs = run.Epochs;
        var body = new StringBuilder();
        body.Append("<h1>").Append(System.Net.WebUtility.HtmlEncode(run.Experiment.Name)).Append("</h1><p>")
            .Append(System.Net.WebUtility.HtmlEncode(run.Experiment.Description)).Append("</p>");
        if (run.Loss.Warning is { } warning)
        {
            body.Append("<p><strong>").Append(System.Net.WebUtility.HtmlEncode(warning)).Append("</strong></p>");
        }

        body.Append(PlotLosses(epochs).ToHtml()).Append(PlotQuality(epochs).ToHtml()).Append(Recorder.TableOf(epochs).ToHtml());
        if (epochs.Count > 0)
        {
            body.Append("<h2>Held-out photos over the epochs: input, prediction, target</h2>");
            foreach (EpochRecord epoch in epochs.GroupBy(epoch => epoch.Stage).Select(stage => stage.Last()))
            {
                string file = run.Folder.SampleFile(epoch.Stage, epoch.Epoch);
                if (File.Exists(file))
                {
                    body.Append(new Picture(Imaging.ImageCodec.Read(file), $"stage {epoch.Stage}, epoch {epoch.Epoch}").ToHtml());
                }
            }
        }

        AtomicFile.WriteAllText(run.Folder.ReportFile, HtmlPage.Wrap(run.Experiment.Name, body.ToString(), includePlotly: true));
    }

    /// <summary>Training and validation loss over all epochs of a run, with the stages marked.</summary>
    /// <param name="epochs">The epochs.</param>
    /// <returns>The chart.</returns>
    public static Chart PlotLosses(IReadOnlyList<EpochRecord> epochs) => Marked(
        new Chart("Loss over the stages").WithX("epoch").WithY("loss", log: true)
            .Line("training", Numbers(epochs), [.. epochs.Select(epoch => epoch.TrainLoss)], markers: true)
            .Line("validation", Numbers(epochs), [.. epochs.Select(epoch => epoch.ValidLoss)], markers: true),
        epochs);

    /// <summary>PSNR of the held-out pairs over all epochs, with the stages marked.</summary>
    /// <param name="epochs">The epochs.</param>
    /// <returns>The chart.</returns>
    public static Chart PlotQuality(IReadOnlyList<EpochRecord> epochs) => Marked(
        new Chart("Quality of held-out pairs").WithX("epoch").WithY("PSNR", "dB").Line("PSNR", Numbers(epochs), [.. epochs.Select(epoch => epoch.Psnr)], markers: true),
        epochs);

    private static double[] Numbers(IReadOnlyList<EpochRecord> epochs) => [.. epochs.Select((_, i) => i + 1.0)];

    private static Chart Marked(Chart chart, IReadOnlyList<EpochRecord> epochs)
    {
        for (int i = 0; i < epochs.Count; i++)
        {
            if (i == 0 || epochs[i].Stage != epochs[i - 1].Stage)
            {
                chart = chart.VerticalLine(i + 0.5, epochs[i].Stage);
            }
        }

        return chart;
    }
}
