using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using SuperRes.Lab.IO;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>experiment.json of a run folder: the experiment with all its defaults, and what the run depends on beside it.</summary>
internal static class RunDescription
{
    /// <summary>Writes the file.</summary>
    /// <param name="run">The run.</param>
    public static void Write(ExperimentRun run)
    {
        var complete = (JsonObject)JsonNode.Parse(run.Experiment.ToJson())!;
        complete["run"] = new JsonObject
        {
            ["superres"] = typeof(Experiment).Assembly.GetName().Version?.ToString(3),
            ["torchsharp"] = typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3),
            ["libtorch"] = __version__,
            ["device"] = run.Device.ToString(),
            ["system"] = RuntimeInformation.RuntimeIdentifier,
            ["framework"] = RuntimeInformation.FrameworkDescription,
            ["processors"] = Environment.ProcessorCount,
            ["torchThreads"] = get_num_threads(),
            ["photos"] = run.Data.Folder.Count,
            ["dataFingerprint"] = run.Data.Folder.Fingerprint(),
            ["photoNames"] = run.Data.Folder.NamesFingerprint(),
            ["pretrainedLoss"] = run.Loss.IsPretrained,
            ["lossNetwork"] = run.Loss.NetworkName,
        };
        AtomicFile.WriteAllText(run.Folder.ExperimentFile, complete.ToJsonString(OptionsJson.Indented) + "\n");
    }
}
