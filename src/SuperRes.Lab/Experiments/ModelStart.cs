using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>The weights that a whole network starts from: those of a model, a run or a checkpoint.</summary>
internal static class ModelStart
{
    /// <summary>Gives the network the weights that the experiment names, and says what was taken; does nothing where it names
    /// none.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="network">The network.</param>
    /// <param name="log">Receives what was taken.</param>
    /// <exception cref="InputException">There is no such file, or it is of another task, scale or network; the message says what
    /// differs.</exception>
    public static void Load(Experiment experiment, RestorationNetwork network, Action<string> log)
    {
        if (experiment.Start is not { } start)
        {
            return;
        }

        string file = Find(start);
        string what = "a checkpoint";
        using DisposeScope scope = NewDisposeScope();
        if (RestorationModel.IsModelFile(file))
        {
            using RestorationModel model = RestorationModel.Load(file);
            RequireSame(experiment, model.Card, file);
            StateDict.Load(network, StateDict.Entries(model.Network).ToDictionary(
                entry => entry.Name, entry => entry.Value, StringComparer.Ordinal), file);
            what = model.Scale == experiment.Scale ? "a model of the same task, scale and network"
                : $"a model of the same task and network, of scale {model.Scale}";
        }
        else
        {
            StateDict.Load(network, StateDictFile.Read(file), file);
        }

        int count = StateDict.Entries(network).Count;
        string parameters = network.parameters().Sum(parameter => parameter.numel()).ToString("#,0", CultureInfo.InvariantCulture);
        log($"All weights start from {LabFolders.Shown(file)}, {what}: {count} tensors with {parameters} parameters are taken, none is "
            + $"new.");
    }

    /// <summary>The file that a start means.</summary>
    /// <exception cref="InputException">There is none.</exception>
    private static string Find(string start)
    {
        string[] places = [start, Path.Combine(LabFolders.Root, start), Path.Combine(LabFolders.Runs, start),
            Path.Combine(LabFolders.Models, start + ".safetensors")];
        string? found = places.FirstOrDefault(Path.Exists);
        if (found is null)
        {
            throw new InputException($"$.start is {start}, and neither a file, nor a run, nor a model of that name is there; give a model "
                + $"file, a run folder or a .pth.");
        }

        if (File.Exists(found))
        {
            return found;
        }

        string file = RunFolder.Open(Path.GetFullPath(found)).ModelFile;
        return File.Exists(file) ? file
            : throw new InputException($"$.start is the run {start}, which has no trained stage yet ({file} is missing); train it first.");
    }

    private static void RequireSame(Experiment experiment, ModelCard card, string file)
    {
        List<string> differences = [];
        if (card.Task != experiment.Task)
        {
            differences.Add($"its task is {card.Task} instead of {experiment.Task}");
        }

        if (card.Scale != (experiment.StartScale ?? experiment.Scale))
        {
            differences.Add($"its scale is {card.Scale} instead of "
                + $"{experiment.StartScale ?? experiment.Scale}"
                + $"{(experiment.StartScale is null ? $" (startScale {card.Scale} in the experiment allows that)" : "")}");
        }

        differences.AddRange(Differences(card.Model, experiment.Model));
        if (differences.Count > 0)
        {
            throw new InputException($"{file} can't be the start of {experiment.Name}: {string.Join("; ", differences)}.");
        }
    }

    /// <summary>What differs between two networks, option by option; dropout has no weights.</summary>
    private static IEnumerable<string> Differences(NetworkOptions theirs, NetworkOptions ours)
    {
        static JsonObject Essence(NetworkOptions options) =>
            (JsonObject)JsonSerializer.SerializeToNode(options.Compared, OptionsJson.Compact)!;
        JsonObject before = Essence(theirs), now = Essence(ours);
        return before.Select(option => option.Key).Union(now.Select(option => option.Key), StringComparer.Ordinal)
            .Where(key => !JsonNode.DeepEquals(before[key], now[key]))
            .Select(key => $"its model.{key} is {Text(before[key])} instead of {Text(now[key])}");
    }

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "absent";
}
