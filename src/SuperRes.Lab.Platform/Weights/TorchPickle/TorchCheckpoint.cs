using System.Runtime.InteropServices;
using SuperRes.Lab.IO;
using TorchSharp;

namespace SuperRes.Lab.Weights;

/// <summary>
/// Reads .pth files of torch.save, in the zip format (torch 1.6 and later) and the one before it, without Python and without running
/// anything: a pickle is read by an interpreter that knows containers, numbers, text and tensors, and refuses every other name.
/// </summary>
public static class TorchCheckpoint
{
    // Containers and numbers may cost as much as the file and this much more; a checkpoint of any size stays far below.
    private const long StructureBytes = 8 << 20;

    /// <summary>Reads a checkpoint whole.</summary>
    /// <param name="path">A .pth, .pt or .bin file.</param>
    /// <returns>Its values and tensors, on the CPU; dispose it.</returns>
    /// <exception cref="InputException">
    /// The file is missing, cut short, damaged or big-endian, holds something other than data and tensors (its name is in the
    /// message), or would take far more memory than its size.
    /// </exception>
    public static TorchCheckpointContent Read(string path) => Read(path, withTensors: true);

    /// <summary>Reads the structure alone, where <paramref name="withTensors"/> is false.</summary>
    internal static TorchCheckpointContent Read(string path, bool withTensors)
    {
        using FileStream file = InputFile.OpenRead(path);
        var loaded = withTensors ? new Dictionary<string, torch.Tensor>(StringComparer.Ordinal) : null;
        try
        {
            long length = file.Length;
            var budget = new AllocationBudget(length + StructureBytes, "what its pickle describes");
            var storages = new CheckpointStorages(length);
            WeightFormat format = WeightFile.Recognise(file);
            CheckpointValue root = format switch
            {
                WeightFormat.TorchZip => ZipCheckpoint.Read(file, length, budget, storages, loaded),
                WeightFormat.TorchLegacy => LegacyCheckpoint.Read(file, length, budget, storages, loaded),
                _ => throw new CheckpointFault(WeightFile.Describe(format)),
            };
            return new TorchCheckpointContent(path, format, root, CheckpointFlattener.Flatten(root, length), loaded);
        }
        catch (Exception e) when (e is CheckpointFault or IOException or InvalidDataException or ExternalException or OverflowException)
        {
            string fault = e switch
            {
                CheckpointFault => e.Message,
                EndOfStreamException => "it is cut short; fetch or copy it again",
                _ => e.Message.Split('\n')[0].TrimEnd('.'),
            };
            throw new InputException($"{path} can't be read as a torch checkpoint: {fault}.", e);
        }
        finally
        {
            foreach (torch.Tensor storage in loaded?.Values ?? Enumerable.Empty<torch.Tensor>())
            {
                storage.Dispose();
            }
        }
    }
}
