using System.Text.Json.Nodes;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>Runs beside each other: what they reached, how they got there, and in which keys their experiments differ.</summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Course)]
public sealed class RunComparison
{

    private RunComparison(IReadOnlyList<RunSummary> runs, IReadOnlyList<string> skipped)
    {
        (Runs, Skipped) = (runs, skipped);
        Settings = [.. runs.Select(run => Flatten(run.Experiment))];
        Differences = [.. Settings.SelectMany(settings => settings.Keys).Distinct(StringComparer.Ordinal)
            .Where(key => Settings.Select(settings => settings.GetValueOrDefault(key)).Distinct(StringComparer.Ordinal).Count() > 1)];
    }

    /// <summary>The runs.</summary>
    public IReadOnlyList<RunSummary> Runs { get; }

    /// <summary>Why some runs are not here: a sentence for each.</summary>
    public IReadOnlyList<string> Skipped { get; }

    /// <summary>The keys in which their experiments differ, as <c>--set</c> takes them; name and description are left out.</summary>
    public IReadOnlyList<string> Differences { get; }

    /// <summary>Each run's settings, flat: the keys as <c>--set</c> takes them.</summary>
    internal IReadOnlyList<Dictionary<string, string>> Settings { get; }

    /// <summary>Reads runs.</summary>
    /// <param name="folders">Run folders, or their names in runs/; none for all that are there.</param>
    /// <returns>The comparison; runs whose files can't be read are left out and named in <see cref="Skipped"/>.</returns>
    /// <exception cref="InputException">A named folder holds no run, or no run can be read.</exception>
    public static RunComparison Of(IReadOnlyList<string> folders)
    {
        IEnumerable<string> named = folders.Count > 0 ? folders : Directory.Exists(LabFolders.Runs)
            ? Directory.EnumerateDirectories(LabFolders.Runs).Where(folder => File.Exists(Path.Combine(folder, "experiment.json")))
                .Order(StringComparer.Ordinal)
            : [];
        var runs = new List<RunSummary>();
        var skipped = new List<string>();
        foreach (RunFolder folder in named.Select(RunFolder.Open))
        {
            try
            {
                runs.Add(File.Exists(folder.ExperimentFile)
                    ? new(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.Path)), Experiment.Load(folder.ExperimentFile),
                        folder.ReadMetrics())
                    : throw new InputException($"{LabFolders.Shown(folder.Path)} holds no experiment.json: its training had not begun."));
            }
            catch (InputException e)
            {
                skipped.Add(e.Message);
            }
        }

        return runs.Count > 0
            ? new RunComparison(runs, skipped)
            : throw new InputException(
                skipped.FirstOrDefault() ?? $"There are no runs in {LabFolders.Shown(LabFolders.Runs)}; `superres train` makes one.");
    }

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
            JsonArray list when list.Any(item => item is JsonObject) =>
                list.Select((item, i) => (FormattableString.Invariant($"{i}"), item)),
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
}

/// <summary>A run as a comparison sees it.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Experiment">Its experiment, complete.</param>
/// <param name="Epochs">Its rows.</param>
public sealed record RunSummary(string Name, Experiment Experiment, IReadOnlyList<EpochRecord> Epochs);
