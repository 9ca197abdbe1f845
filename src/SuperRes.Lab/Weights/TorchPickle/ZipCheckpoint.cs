using System.Text;
using TorchSharp;

namespace SuperRes.Lab.Weights;

/// <summary>The format of torch.save since 1.6: a zip archive with data.pkl and one entry per storage.</summary>
internal static class ZipCheckpoint
{
    public static CheckpointValue Read(Stream file, long length, AllocationBudget budget, CheckpointStorages storages, IDictionary<string, torch.Tensor>? loaded)
    {
        ZipDirectory directory = ZipDirectory.Read(file, length, budget);
        string root = FindRoot(directory);
        if (directory.Entries.TryGetValue(root + "byteorder", out ZipEntry? order) && Encoding.ASCII.GetString(ReadEntry(directory, order, budget)).Trim() is var written && written != "little")
        {
            throw new CheckpointFault($"it was written in {CheckpointStorages.Short(written)}-endian byte order and only little-endian files can be read; save it again on a little-endian machine");
        }

        byte[] pickle = ReadEntry(directory, directory.Entries[root + "data.pkl"], budget);
        using var memory = new MemoryStream(pickle, writable: false);
        var reader = new PickleReader(new PickleSource(memory, pickle.Length, budget), id => storages.Resolve(id, budget));
        CheckpointValue value = reader.Read();
        foreach (StorageReference storage in storages.References)
        {
            ZipEntry entry = directory.Entries.GetValueOrDefault($"{root}data/{storage.Key}")
                ?? throw new CheckpointFault($"the data of its storage '{CheckpointStorages.Short(storage.Key)}' is missing");
            if (entry.Bytes != storage.ByteCount)
            {
                throw new CheckpointFault($"its storage '{CheckpointStorages.Short(storage.Key)}' should have {storage.ByteCount} bytes and has {entry.Bytes}");
            }

            if (loaded is not null)
            {
                using Stream content = directory.Open(entry);
                loaded.Add(storage.Key, storages.Load(storage, content, entry.Crc));
            }
        }

        return value;
    }

    private static string FindRoot(ZipDirectory directory)
    {
        const string Pickle = "data.pkl";
        string[] roots = [.. directory.Entries.Keys
            .Where(n => n == Pickle || (n.EndsWith("/" + Pickle, StringComparison.Ordinal) && n.IndexOf('/') == n.Length - Pickle.Length - 1))
            .Select(n => n[..^Pickle.Length])];
        if (roots is not [var root])
        {
            throw new CheckpointFault(roots.Length == 0
                ? "it is a zip archive without data.pkl, so torch.save did not write it"
                : $"it is a zip archive with {roots.Length} files data.pkl where one was expected");
        }

        return directory.Entries.ContainsKey(root + "constants.pkl")
            ? throw new CheckpointFault("it is a TorchScript program (torch.jit.save), not weights; save the weights alone with torch.save(model.state_dict(), …) and load that")
            : root;
    }

    private static byte[] ReadEntry(ZipDirectory directory, ZipEntry entry, AllocationBudget budget)
    {
        budget.Charge(entry.Bytes);
        byte[] content = new byte[entry.Bytes];
        using Stream stream = directory.Open(entry);
        stream.ReadExactly(content);
        var crc = default(Crc32);
        crc.Add(content);
        return entry.Crc == 0 || crc.Value == entry.Crc
            ? content
            : throw new CheckpointFault($"the checksum of its entry '{CheckpointStorages.Short(entry.Name)}' is wrong, so the file is damaged; fetch or copy it again");
    }
}
