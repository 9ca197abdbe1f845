using System.Text.Json.Nodes;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Cli.Trainings;

/// <summary>Refuses to resume a run as something else than it was begun as.</summary>
internal static class ResumeCheck
{
    /// <summary>Refuses to resume a run with another experiment.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="folder">The run.</param>
    /// <param name="from">The stage from which on it is trained anew, and may be another; null: none is.</param>
    public static void RequireSameExperiment(Experiment experiment, RunFolder folder, string? from)
    {
        if (!File.Exists(folder.ExperimentFile))
        {
            return; // it was killed before it had begun
        }

        Experiment begun = Experiment.Load(folder.ExperimentFile);
        if (from is not null)
        {
            int kept = experiment.Stages.TakeWhile(stage => stage.Name != from).Count();
            experiment = experiment with { Stages = [.. experiment.Stages.Take(kept)] };
            begun = begun with { Stages = [.. begun.Stages.Take(kept)] };
        }

        // What changes no result may differ: when states are saved, how many threads load, and what is drawn.
        static JsonNode Results(Experiment all) => JsonNode.Parse((all with
        {
            Run = null,
            Description = "",
            Checkpoints = new(),
            Loss = all.Loss.WithDefaults(),
            Data = all.Data with { Workers = 1 },
            Training = all.Training with { Histograms = false },
        }).ToJson())!;
        if (begun.Stages.Count == experiment.Stages.Count)
        {
            // A batch size that the file leaves open was chosen when the run began.
            Stage Chosen(Stage stage, int index) => stage with { BatchSize = stage.BatchSize ?? begun.Stages[index].BatchSize };
            experiment = experiment with { Stages = [.. experiment.Stages.Select(Chosen)] };
        }

        JsonNode before = Results(begun), now = Results(experiment);
        if (Difference(before, now, "$") is { } difference)
        {
            throw new InputException(
                $"The run {folder.Path} was begun with another experiment: {difference}; give that one, or another folder with --run.");
        }
    }

    /// <summary>
    /// Refuses to resume a run with other photos or another feature network; where a stage begins anew, they may be others, and that is
    /// said.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="from">The stage from which on it is trained anew; null: none is.</param>
    /// <param name="note">Gets a sentence about what the user should know.</param>
    public static void RequireSameData(ExperimentRun run, string? from, Action<string> note)
    {
        if (!File.Exists(run.Folder.ExperimentFile) || Experiment.Load(run.Folder.ExperimentFile).Run is not { } begun)
        {
            return;
        }

        // A copy of the photos has other times; runs of earlier versions know their photos by these alone.
        string? names = (string?)begun["photoNames"];
        if (names is not null
            ? names != run.Data.Folder.NamesFingerprint()
            : (string?)begun["dataFingerprint"] is { } times && times != run.Data.Folder.Fingerprint())
        {
            Differs(
                $"The photos in {run.Data.Folder.Root} are not those that the run {run.Folder.Path} was begun with",
                "give the same --images, or another folder with --run");
        }

        if ((string?)begun["lossNetwork"] is { } before && run.Loss.NetworkName is { } now && before != now)
        {
            Differs(
                $"The loss of the run {run.Folder.Path} compared features of {before}, and {now} is taken now",
                $"give --set loss.network={before}");
        }

        if ((bool?)begun["pretrainedLoss"] is { } pretrained && pretrained != run.Loss.IsPretrained)
        {
            string network = run.Loss.NetworkName ?? run.Experiment.Loss.Network;
            (string had, string has) = pretrained ? ("pretrained", "random") : ("random", "pretrained");
            Differs(
                $"The loss of the run {run.Folder.Path} had {had} weights in its {network}, and has {has} ones now",
                pretrained
                    ? $"`superres weights fetch {network}` gets them back"
                    : $"take {network} out of the weights' folder until the run is done, or train anew");
        }

        void Differs(string what, string advice)
        {
            if (from is null)
            {
                throw new InputException($"{what}; {advice}.");
            }

            note($"{what}: so it is from stage {from} on.");
        }
    }

    private static string? Difference(JsonNode? before, JsonNode? now, string path) => (before, now) switch
    {
        (JsonObject a, JsonObject b) => a.Select(p => p.Key).Union(b.Select(p => p.Key), StringComparer.Ordinal)
            .Select(key => Difference(a[key], b[key], $"{path}.{key}")).FirstOrDefault(d => d is not null),
        (JsonArray a, JsonArray b) when a.Count == b.Count => Enumerable.Range(0, a.Count)
            .Select(i => Difference(a[i], b[i], $"{path}[{i}]")).FirstOrDefault(d => d is not null),
        _ => JsonNode.DeepEquals(before, now) ? null : $"{path} was {Short(before)} and is {Short(now)}",
    };

    private static string Short(JsonNode? node) => node switch
    {
        null => "absent",
        JsonArray list => $"a list of {list.Count}",
        JsonObject => "a section",
        _ => node.ToJsonString(),
    };
}
