using SuperRes.Lab.IO;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Course;

/// <summary>One tensor of a file of weights.</summary>
/// <param name="Name">Its name, or dotted path.</param>
/// <param name="Type">Element type by its safetensors name: F32, BF16, I64, …</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Bytes">Bytes of its elements.</param>
public sealed record WeightsEntry(string Name, string Type, IReadOnlyList<long> Shape, long Bytes);

/// <summary>What a file of weights holds; made to be written as JSON or shown as a table.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">"safetensors", "torch zip" or "torch legacy".</param>
/// <param name="FileBytes">Size of the file.</param>
/// <param name="Metadata">Text stored beside the tensors: the metadata of a safetensors file, or the plain values at a checkpoint's
/// root.</param>
/// <param name="TensorCount">How many tensors there are.</param>
/// <param name="Parameters">
/// How many numbers the model learns: floating-point elements of the state dict (of all tensors where there is none), without the
/// buffers of batch and spectral norm.
/// </param>
/// <param name="TensorBytes">Bytes of all tensors.</param>
/// <param name="Entries">Every tensor, in the file's order.</param>
public sealed record WeightsDescription(
    string Path,
    string Format,
    long FileBytes,
    IReadOnlyDictionary<string, string> Metadata,
    int TensorCount,
    long Parameters,
    long TensorBytes,
    IReadOnlyList<WeightsEntry> Entries);

/// <summary>Describes files of weights without loading their tensors.</summary>
public static class WeightsInspector
{
    /// <summary>Describes a safetensors or .pth file; the content decides, not the extension.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="InputException">The file is missing, of no known format, or damaged.</exception>
    public static WeightsDescription Describe(string path)
    {
        WeightFormat format;
        long bytes;
        using (FileStream file = InputFile.OpenRead(path))
        {
            (format, bytes) = (WeightFile.Recognise(file), file.Length);
        }

        return format switch
        {
            WeightFormat.SafeTensors => DescribeSafeTensors(path, bytes),
            WeightFormat.TorchZip or WeightFormat.TorchLegacy => DescribeCheckpoint(path, bytes),
            _ => throw new InputException($"{path} can't be read as weights: {WeightFile.Describe(format)}."),
        };
    }

    private static WeightsDescription DescribeSafeTensors(string path, long bytes)
    {
        using SafeTensors file = SafeTensors.Open(path);
        WeightsEntry[] entries = [.. file.Entries.Select(e => Entry(e.Name, e.ElementType, e.Shape))];
        return Description(path, "safetensors", bytes, file.Metadata, entries, entries);
    }

    private static WeightsDescription DescribeCheckpoint(string path, long bytes)
    {
        using TorchCheckpointContent content = TorchCheckpoint.Read(path, withTensors: false);
        WeightsEntry[] entries = [.. content.Nodes.Select(n => Entry(n.Key, n.Value.ElementType, n.Value.Shape))];
        IEnumerable<WeightsEntry> model = content.TryFindStateDict() is { } state
            ? state.Items.Where(i => i.Value is CheckpointTensor)
                .Select(i => Entry(i.Key.ToString()!, ((CheckpointTensor)i.Value).ElementType, ((CheckpointTensor)i.Value).Shape))
            : entries;
        var metadata = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((CheckpointValue key, CheckpointValue value) in (content.Root as CheckpointDictionary)?.Items ?? [])
        {
            if (value is CheckpointScalar or CheckpointText)
            {
                metadata[key.ToString()!] = value.ToString()!;
            }
        }

        return Description(path, content.Format == WeightFormat.TorchZip ? "torch zip" : "torch legacy", bytes, metadata, entries, model);
    }

    private static WeightsDescription Description(
        string path, string format, long bytes, IReadOnlyDictionary<string, string> metadata, WeightsEntry[] entries,
            IEnumerable<WeightsEntry> model) =>
        new(path, format, bytes, metadata, entries.Length, model.Where(IsParameter).Sum(ElementCount), entries.Sum(e => e.Bytes), entries);

    private static WeightsEntry Entry(string name, ScalarType type, IReadOnlyList<long> shape)
    {
        WeightDType known = WeightDType.Find(type)!;
        return new WeightsEntry(name, known.Name, shape, shape.Aggregate((long)known.Size, (product, size) => product * size));
    }

    private static long ElementCount(WeightsEntry entry) => entry.Shape.Aggregate(1L, (product, size) => product * size);

    private static bool IsParameter(WeightsEntry entry)
    {
        string last = entry.Name[(entry.Name.LastIndexOf('.') + 1)..];
        bool isBuffer = last switch
        {
            "running_mean" or "running_var" or "weight_u" => true,
            "weight_v" => entry.Shape.Count == 1,   // of spectral norm; weight norm's has the weight's dimensions
            _ => false,
        };
        return !isBuffer && entry.Type is ("F64" or "F32" or "F16" or "BF16");
    }
}
