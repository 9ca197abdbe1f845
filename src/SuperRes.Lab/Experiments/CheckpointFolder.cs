using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SuperRes.Lab.Training;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>
/// The saved states of a training: state-000001.safetensors and so on. Each is written aside, flushed and given its name; only then the
/// oldest goes. A checksum over everything in it exposes a damaged one.
/// </summary>
internal sealed class CheckpointFolder(string path, int keep)
{
    private const string StateKey = "superres-state", DigestKey = "sha256", Prefix = "state-", Suffix = ".safetensors",
        DamagedSuffix = ".damaged";

    internal static readonly JsonSerializerOptions Json = new(OptionsJson.Compact)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The states, the newest first; those of the first format, which had one name, come last.</summary>
    public IReadOnlyList<string> Files =>
        [.. Numbered().OrderByDescending(file => file.Number).Select(file => file.Path), .. FirstFormat().Where(File.Exists)];

    /// <summary>Saves a state.</summary>
    /// <exception cref="DivergedException">A weight is NaN or infinite: nothing is saved.</exception>
    /// <exception cref="InputException">The file can't be written; those before it are untouched.</exception>
    public void Save(TrainingState state, IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        RequireFinite(tensors, state);
        string json = JsonSerializer.Serialize(state, Json);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [StateKey] = json, [DigestKey] = Digest(json, tensors) };
        int number = Numbered().Select(file => file.Number).DefaultIfEmpty(0).Max() + 1;
        SafeTensors.Write(System.IO.Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:000000}{Suffix}")),
            tensors, metadata);
        foreach (string old in Files.Skip(keep))
        {
            File.Delete(old);
        }
    }

    /// <summary>Reads the newest state that is whole; damaged ones get another name, so that they don't count as kept.</summary>
    /// <param name="warn">Gets a sentence about each that is damaged.</param>
    /// <returns>The state; null where there is none.</returns>
    public LoadedState? Load(Action<string> warn)
    {
        foreach (string file in Files)
        {
            try
            {
                return Read(file);
            }
            catch (Exception e) when (e is InputException or JsonException or IOException)
            {
                File.Move(file, file + DamagedSuffix, overwrite: true);
                warn($"{LabFolders.Shown(file)} is damaged ({e.Message.TrimEnd('.')}) and not used; it is called "
                    + $"{System.IO.Path.GetFileName(file)}{DamagedSuffix} now.");
            }
        }

        return null;
    }

    /// <summary>Deletes the states of a stage and of those after it, which are about to be trained anew.</summary>
    public void DeleteFrom(int stage)
    {
        foreach (string file in Files)
        {
            if (StageOf(file) is not { } saved || saved >= stage)
            {
                File.Delete(file);
            }
        }
    }

    private static int? StageOf(string file)
    {
        try
        {
            using SafeTensors state = SafeTensors.Open(file);
            return StateOf(state).Stage;
        }
        catch (Exception e) when (e is InputException or JsonException or IOException)
        {
            return null;
        }
    }

    private static TrainingState StateOf(SafeTensors file) =>
        file.Metadata.TryGetValue(StateKey, out string? json) && JsonSerializer.Deserialize<TrainingState>(json, Json) is { } state
            ? state
            : throw new InputException("it is no training state");

    private static LoadedState Read(string path)
    {
        using SafeTensors file = SafeTensors.Open(path);
        TrainingState state = StateOf(file);
        IReadOnlyDictionary<string, Tensor> values = file.ReadAll();
        var loaded = new LoadedState(state, values);
        string expected = file.Metadata.TryGetValue(DigestKey, out string? digest) ? digest : state.Digest ?? "";
        if (Digest(digest is null ? "" : file.Metadata[StateKey], [.. values.Select(entry => (entry.Key, entry.Value))]) != expected)
        {
            loaded.Dispose();
            throw new InputException("its checksum doesn't match");
        }

        return loaded;
    }

    private static void RequireFinite(IReadOnlyList<(string Name, Tensor Value)> tensors, TrainingState state)
    {
        foreach ((string name, Tensor value) in tensors)
        {
            using TorchSharp.DisposeScope scope = NewDisposeScope();
            if (value.is_floating_point() && !value.isfinite().all().item<bool>())
            {
                throw new DivergedException($"{name} holds NaN or infinite values after step {state.Step} of the stage, so its state is "
                    + $"not saved; lower the learning rate and resume from the state before.");
            }
        }
    }

    /// <summary>A checksum over text, names and bytes, independent of the file's order.</summary>
    private static string Digest(string text, IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes(text));
        foreach ((string name, Tensor value) in tensors.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            sha.AppendData(Encoding.UTF8.GetBytes(name));
            using Tensor onCpu = value.cpu(), dense = onCpu.contiguous();
            sha.AppendData(dense.bytes);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private string[] FirstFormat() =>
        [System.IO.Path.Combine(path, "state.safetensors"), System.IO.Path.Combine(path, "state.safetensors.previous")];

    private IEnumerable<(int Number, string Path)> Numbered()
    {
        foreach (string file in Directory.Exists(path) ? Directory.EnumerateFiles(path, $"{Prefix}*{Suffix}") : [])
        {
            if (int.TryParse(
                System.IO.Path.GetFileName(file).AsSpan()[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture,
                out int number))
            {
                yield return (number, file);
            }
        }
    }
}

/// <summary>A state with its tensors.</summary>
internal sealed class LoadedState(TrainingState state, IReadOnlyDictionary<string, Tensor> tensors) : IDisposable
{
    public TrainingState State => state;

    public IReadOnlyDictionary<string, Tensor> Tensors => tensors;

    public void Dispose()
    {
        foreach (Tensor tensor in tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
