using System.Security.Cryptography;
using System.Text.Json;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using SuperRes.Lab.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>
/// The full state of a training between two epochs: weights, optimizer, place in the schedule, records. Loader and degradations need no state of
/// their own, because their draws follow from seed, epoch and index.
/// </summary>
internal static class TrainingCheckpoint
{
    private const string MetadataKey = "superres-state";
    private const string ModelPrefix = "model/", FirstPrefix = "first/", SecondPrefix = "second/";

    /// <summary>Writes the state beside the one before it, which stays as .previous until the next.</summary>
    public static void Save(string path, Learner learner, int stage, IReadOnlyList<EpochRecord> epochs)
    {
        using DisposeScope scope = NewDisposeScope();
        var tensors = StateDict.Entries(learner.Model).Select(entry => (ModelPrefix + entry.Name, entry.Value.detach())).ToList();
        var steps = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string name, Tensor first, Tensor second, long count) in learner.Optimizer.State())
        {
            tensors.Add((FirstPrefix + name, first));
            tensors.Add((SecondPrefix + name, second));
            steps[name] = count;
        }

        FitProgress progress = learner.Progress;
        var state = new State(stage, progress.Epoch, progress.Step, progress.Smoother.State.Average, progress.Smoother.State.Count, steps, epochs, Digest(tensors));
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [MetadataKey] = JsonSerializer.Serialize(state, Json) };
        string aside = path + ".new";
        SafeTensors.Write(aside, tensors, metadata);
        if (File.Exists(path))
        {
            File.Move(path, Previous(path), overwrite: true);
        }

        File.Move(aside, path);
    }

    /// <summary>Reads the newest whole state.</summary>
    /// <returns>The state and its values; null where there is none.</returns>
    public static Loaded? Load(string path, Action<string> warn)
    {
        foreach (string file in (string[])[path, Previous(path)])
        {
            if (!File.Exists(file))
            {
                continue;
            }

            try
            {
                return Read(file);
            }
            catch (Exception e) when (e is InputException or JsonException or IOException)
            {
                warn($"{file} is damaged ({e.Message.TrimEnd('.')}); the state before it is used.");
            }
        }

        return null;
    }

    private static readonly JsonSerializerOptions Json = new(OptionsJson.Compact)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static string Previous(string path) => path + ".previous";

    private static Loaded Read(string path)
    {
        using SafeTensors file = SafeTensors.Open(path);
        if (!file.Metadata.TryGetValue(MetadataKey, out string? json))
        {
            throw new InputException($"{path} is no training state");
        }

        State state = JsonSerializer.Deserialize<State>(json, Json) ?? throw new InputException($"{path} holds no state");
        IReadOnlyDictionary<string, Tensor> values = file.ReadAll();
        if (Digest([.. file.Entries.Select(entry => (entry.Name, values[entry.Name]))]) != state.Digest)
        {
            foreach (Tensor value in values.Values)
            {
                value.Dispose();
            }

            throw new InputException("its checksum doesn't match");
        }

        return new Loaded(state, values);
    }

    /// <summary>A checksum over names and bytes, independent of the file's order.</summary>
    private static string Digest(IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, Tensor value) in tensors.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            sha.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
            using Tensor dense = value.cpu().contiguous();
            sha.AppendData(dense.bytes);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    public sealed record State(
        int Stage, int Epoch, int Step, double SmoothAverage, int SmoothCount, IReadOnlyDictionary<string, long> OptimizerSteps, IReadOnlyList<EpochRecord> Epochs, string Digest);

    public sealed class Loaded(State state, IReadOnlyDictionary<string, Tensor> values) : IDisposable
    {
        public State State { get; } = state;

        public void RestoreModel(RestorationNetwork model) => StateDict.Load(
            model,
            values.Where(entry => entry.Key.StartsWith(ModelPrefix, StringComparison.Ordinal)).ToDictionary(entry => entry.Key[ModelPrefix.Length..], entry => entry.Value, StringComparer.Ordinal),
            "The training state");

        public FitProgress RestoreFit(Learner learner)
        {
            foreach ((string name, long steps) in State.OptimizerSteps)
            {
                learner.Optimizer.Restore(name, values[FirstPrefix + name], values[SecondPrefix + name], steps);
            }

            var progress = new FitProgress { Epoch = State.Epoch, Step = State.Step };
            progress.Smoother.State = (State.SmoothAverage, State.SmoothCount);
            return progress;
        }

        public void Dispose()
        {
            foreach (Tensor value in values.Values)
            {
                value.Dispose();
            }
        }
    }
}
