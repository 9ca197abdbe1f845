using SuperRes.Lab.IO;
using TorchSharp;

namespace SuperRes.Lab.Weights;

/// <summary>Reads the weights of a model from any format that the library knows.</summary>
public static class StateDictFile
{
    /// <summary>Reads a safetensors file, the state dict of a .pth (see <see cref="TorchCheckpointContent.StateDict"/>), or a residual
    /// network that CNTK wrote as ONNX; the content decides, not the extension.</summary>
    /// <param name="path">The file.</param>
    /// <returns>New tensors on the CPU by state-dict key; the caller disposes them.</returns>
    /// <exception cref="InputException">The file is missing, of no known format, damaged, or holds no state dict.</exception>
    public static IReadOnlyDictionary<string, torch.Tensor> Read(string path)
    {
        WeightFormat format;
        using (FileStream file = InputFile.OpenRead(path))
        {
            format = WeightFile.Recognise(file);
        }

        switch (format)
        {
            case WeightFormat.SafeTensors:
                using (SafeTensors tensors = SafeTensors.Open(path))
                {
                    return tensors.ReadAll();
                }

            case WeightFormat.TorchZip or WeightFormat.TorchLegacy:
                using (TorchCheckpointContent content = TorchCheckpoint.Read(path))
                {
                    // An alias shares the storage and outlives the checkpoint.
                    var state = new OrderedDictionary<string, torch.Tensor>(StringComparer.Ordinal);
                    foreach ((string key, torch.Tensor tensor) in content.StateDict())
                    {
                        state.Add(key, tensor.alias());
                    }

                    return state;
                }

            case WeightFormat.Onnx:
                return CntkResNet.Read(path);

            default:
                throw new InputException($"{path} can't be read as weights: {WeightFile.Describe(format)}.");
        }
    }

    /// <summary>Holds the tensors that are there against those that a model needs.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="needed">Names and shapes of the model's parameters and buffers.</param>
    /// <param name="given">The file's tensors.</param>
    /// <exception cref="InputException">Names are missing or left over, or shapes differ: counts, and the first few of each.</exception>
    public static void RequireMatch(
        string path, IEnumerable<(string Name, IReadOnlyList<long> Shape)> needed, IReadOnlyDictionary<string, torch.Tensor> given)
    {
        var left = given.Keys.ToHashSet(StringComparer.Ordinal);
        List<string> missing = [], different = [];
        foreach ((string name, IReadOnlyList<long> shape) in needed)
        {
            if (!left.Remove(name))
            {
                missing.Add($"'{name}'");
            }
            else if (!given[name].shape.SequenceEqual(shape))
            {
                different.Add($"'{name}' [{string.Join(", ", given[name].shape)}] instead of [{string.Join(", ", shape)}]");
            }
        }

        string[] faults = [.. new[]
        {
            Summarise(missing, "missing"),
            Summarise([.. given.Keys.Where(left.Contains).Select(n => $"'{n}'")], "not part of the model"),
            Summarise(different, "of another shape"),
        }.OfType<string>()];
        if (faults.Length > 0)
        {
            throw new InputException($"{path} doesn't fit the model: {string.Join("; ", faults)}; check the model's options (body, norm, "
                + $"blur, …).");
        }
    }

    private static string? Summarise(List<string> names, string fault) =>
        names.Count == 0 ? null
            : $"{names.Count} {(names.Count == 1 ? "tensor is" : "tensors are")} {fault} "
            + $"({string.Join(", ", names.Take(3))}{(names.Count > 3 ? ", …" : string.Empty)})";
}
