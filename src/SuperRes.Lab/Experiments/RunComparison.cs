using System.Net;
using System.Text.Json.Nodes;
using SuperRes.Lab.Display;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <summary>Runs beside each other: what they reached, how they got there, and in which keys their experiments differ.</summary>
[TypeFormatterSource(typeof(DisplayableFormatterSource))]
public sealed class RunComparison : IDisplayable
{
    private readonly List<Dictionary<string, string>> _settings;

    private RunComparison(IReadOnlyList<RunSummary> runs, IReadOnlyList<string> skipped)
    {
        (Runs, Skipped) = (runs, skipped);
        _settings = [.. runs.Select(run => Flatten(run.Experiment))];
        Differences = [.. _settings.SelectMany(settings => settings.Keys).Distinct(StringComparer.Ordinal)
            .Where(key => _settings.Select(settings => settings.GetValueOrDefault(key)).Distinct(StringComparer.Ordinal).Count() > 1)];
    }

    /// <summary>The runs.</summary>
    public IReadOnlyList<RunSummary> Runs { get; }

    /// <summary>Why some runs are not here: a sentence for each.</summary>
    public IReadOnlyList<string> Skipped { get; }

    /// <summary>The keys in which their experiments differ, as <c>--set</c> takes them; name and description are left out.</summary>
    public IReadOnlyList<string> Differences { get; }

    /// <summary>Reads runs.</summary>
    /// <param name="folders">Run folders, or their names in runs/; none for all that are there.</param>
    /// <returns>The comparison; runs whose files can't be read are left out and named in <see cref="Skipped"/>.</returns>
    /// <exception cref="InputException">A named folder holds no run, or no run can be read.</exception>
    public static RunComparison Of(IReadOnlyList<string> folders)
    {
        IEnumerable<string> named = folders.Count > 0 ? folders : Directory.Exists(LabFolders.Runs)
            ? Directory.EnumerateDirectories(LabFolders.Runs).Where(folder => File.Exists(Path.Combine(folder, "experiment.json"))).Order(StringComparer.Ordinal)
            : [];
        var runs = new List<RunSummary>();
        var skipped = new List<string>();
        foreach (RunFolder folder in named.Select(RunFolder.Open))
        {
            try
            {
                runs.Add(File.Exists(folder.ExperimentFile)
                    ? new(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.Path)), Experiment.Load(folder.ExperimentFile), folder.ReadMetrics())
                    : throw new InputException($"{LabFolders.Shown(folder.Path)} holds no experiment.json: its training had not begun."));
            }
            catch (InputException e)
            {
                skipped.Add(e.Message);
            }
        }

        return runs.Count > 0
            ? new RunComparison(runs, skipped)
            : throw new InputException(skipped.FirstOrDefault() ?? $"There are no runs in {LabFolders.Shown(LabFolders.Runs)}; `superres train` makes one.");
    }

    /// <summary>A row a run: the last epoch, the time, and the values of the keys in which the runs differ.</summary>
    /// <returns>The table.</returns>
    public Table ToTable() => new(
        ["run", "epochs", "last stage", "valid_loss", "psnr (dB)", "ssim", "best psnr (dB)", "time", .. Differences],
        [
            .. Runs.Select((run, i) => (IReadOnlyList<object?>)
            [
                run.Name, FormattableString.Invariant($"{run.Epochs.Count} of {run.Experiment.Stages.Sum(stage => stage.Epochs)}"),
                .. run.Epochs.Count == 0
                    ? (object?[])["–", "–", "–", "–", "–", "–"]
                    :
                    [
                        run.Epochs[^1].Stage, Number(run.Epochs[^1].ValidLoss, "0.0000"), Number(run.Epochs[^1].Psnr, "0.00"), Number(run.Epochs[^1].Ssim, "0.0000"),
                        Number(run.Epochs.Max(epoch => epoch.Psnr), "0.00"), TimeSpan.FromSeconds(Math.Round(run.Epochs.Sum(epoch => epoch.Seconds))).ToString("c"),
                    ],
                .. Differences.Select(key => (object?)(_settings[i].GetValueOrDefault(key) ?? "–")),
            ]),
        ]);

    /// <summary>Validation loss of every run over its epochs.</summary>
    /// <returns>The chart.</returns>
    public Chart PlotLosses() => Plot(new Chart("Validation loss").WithX("epoch").WithY("loss", log: true), epoch => epoch.ValidLoss);

    /// <summary>PSNR of the held-out pairs of every run over its epochs.</summary>
    /// <returns>The chart.</returns>
    public Chart PlotQuality() => Plot(new Chart("Quality of held-out pairs").WithX("epoch").WithY("PSNR", "dB"), epoch => epoch.Psnr);

    /// <inheritdoc/>
    public string ToHtml()
    {
        bool isTrained = Runs.Any(run => run.Epochs.Count > 0);
        string differences = Differences.Count == 0 ? "The experiments do not differ." : "The experiments differ in " + string.Join(", ", Differences) + ".";
        return $"<div>{ToTable().ToHtml()}<p>{WebUtility.HtmlEncode(differences)}</p>{string.Concat(Skipped.Select(why => $"<p>Left out: {WebUtility.HtmlEncode(why)}</p>"))}{(isTrained ? PlotLosses().ToHtml() + PlotQuality().ToHtml() : "")}</div>";
    }

    /// <inheritdoc/>
    public byte[]? ToPng() => Runs.Any(run => run.Epochs.Count > 0) ? PlotQuality().ToPng() : null;

    /// <inheritdoc/>
    public string ToText() => ToTable().ToText();

    private static string Number(double value, string format) => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Flatten(Experiment experiment)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        Collect(JsonNode.Parse((experiment with { Name = "x", Description = "", Run = null }).ToJson()), "", flat);
        return flat;
    }

    private static void Collect(JsonNode? node, string path, Dictionary<string, string> flat)
    {
        IEnumerable<(string Key, JsonNode? Value)> children = node switch
        {
            JsonObject section => section.Select(entry => (entry.Key, entry.Value)),
            JsonArray list when list.Any(item => item is JsonObject) => list.Select((item, i) => (FormattableString.Invariant($"{i}"), item)),
            _ => [],
        };
        bool isLeaf = true;
        foreach ((string key, JsonNode? value) in children)
        {
            isLeaf = false;
            Collect(value, path.Length == 0 ? key : $"{path}.{key}", flat);
        }

        if (isLeaf)
        {
            flat[path] = node is JsonValue text && text.TryGetValue(out string? plain) ? plain : node?.ToJsonString() ?? "null";
        }
    }

    private Chart Plot(Chart chart, Func<EpochRecord, double> value)
    {
        foreach (RunSummary run in Runs.Where(run => run.Epochs.Count > 0))
        {
            chart = chart.Line(run.Name, [.. run.Epochs.Select((_, i) => i + 1.0)], [.. run.Epochs.Select(value)], markers: true);
        }

        return chart;
    }
}

/// <summary>A run as a comparison sees it.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Experiment">Its experiment, complete.</param>
/// <param name="Epochs">Its rows.</param>
public sealed record RunSummary(string Name, Experiment Experiment, IReadOnlyList<EpochRecord> Epochs);
