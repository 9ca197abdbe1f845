using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using SuperRes.Lab.IO;
using TorchSharp;

namespace SuperRes.Lab.Weights;

/// <summary>
/// The format of torch.save since 1.6: a zip archive with data.pkl and one entry per storage. Sizes are held against the file and the
/// budget before anything is allocated, and nothing is unpacked to a disk.
/// </summary>
internal static class ZipCheckpoint
{
    // How much more memory the directory's entries take than their records in the file.
    private const int DirectoryCost = 8;

    public static CheckpointValue Read(
        Stream file, long length, AllocationBudget budget, CheckpointStorages storages, IDictionary<string, torch.Tensor>? loaded)
    {
        using var metered = new MeteredStream(file) { OnRead = bytes => budget.Charge((long)bytes * DirectoryCost) };
        using ZipArchive archive = OpenArchive(metered);
        Dictionary<string, ZipArchiveEntry> entries = ReadDirectory(archive, length);
        metered.OnRead = null;
        string root = FindRoot(entries.Keys);
        if (entries.TryGetValue(root + "byteorder", out ZipArchiveEntry? order) && Encoding.ASCII.GetString(
            ReadEntry(order, budget)).Trim() is var written && written != "little")
        {
            throw new CheckpointFault($"it was written in {CheckpointStorages.Short(written)}-endian byte order and only little-endian "
                + $"files can be read; save it again on a little-endian machine");
        }

        byte[] pickle = ReadEntry(entries[root + "data.pkl"], budget);
        using var memory = new MemoryStream(pickle, writable: false);
        var reader = new PickleReader(new PickleSource(memory, pickle.Length, budget), id => storages.Resolve(id, budget));
        CheckpointValue value = reader.Read();
        foreach (StorageReference storage in storages.References)
        {
            ZipArchiveEntry entry = entries.GetValueOrDefault($"{root}data/{storage.Key}")
                ?? throw new CheckpointFault($"the data of its storage '{CheckpointStorages.Short(storage.Key)}' is missing");
            if (entry.Length != storage.ByteCount)
            {
                throw new CheckpointFault($"its storage '{CheckpointStorages.Short(storage.Key)}' should have {storage.ByteCount} bytes "
                    + $"and has {entry.Length}");
            }

            if (loaded is not null)
            {
                using Stream content = OpenEntry(entry);
                loaded.Add(storage.Key, storages.Load(storage, content, entry.Crc32));
            }
        }

        return value;
    }

    private static ZipArchive OpenArchive(Stream file)
    {
        try
        {
            return new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8);
        }
        catch (InvalidDataException e)
        {
            throw new CheckpointFault("it is a zip archive without a directory at its end, so it is cut short or damaged; fetch or copy "
                + "it again", e);
        }
    }

    private static Dictionary<string, ZipArchiveEntry> ReadDirectory(ZipArchive archive, long length)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        try
        {
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                string name = CheckpointStorages.Short(entry.FullName);
                if (entry.IsEncrypted)
                {
                    throw new CheckpointFault($"the zip entry '{name}' is encrypted, which torch.save doesn't do");
                }

                if (entry.CompressedLength < 0 || entry.Length < 0 || entry.CompressedLength > length)
                {
                    throw new CheckpointFault($"the zip entry '{name}' reaches outside the file, so the file is cut short or damaged");
                }

                if (!entries.TryAdd(entry.FullName, entry))
                {
                    throw new CheckpointFault($"its zip directory names '{name}' twice");
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new CheckpointFault($"its zip directory is damaged ({e.Message.TrimEnd('.')}); fetch or copy it again", e);
        }

        return entries;
    }

    private static Stream OpenEntry(ZipArchiveEntry entry)
    {
        try
        {
            return entry.Open();
        }
        catch (InvalidDataException e)
        {
            throw new CheckpointFault($"the zip entry '{CheckpointStorages.Short(entry.FullName)}' is damaged or packed in a way that "
                + $"torch.save doesn't use ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static string FindRoot(IReadOnlyCollection<string> names)
    {
        const string Pickle = "data.pkl";
        string[] roots = [.. names
            .Where(
                n => n == Pickle || (n.EndsWith("/" + Pickle, StringComparison.Ordinal) && n.IndexOf('/') == n.Length - Pickle.Length - 1))
            .Select(n => n[..^Pickle.Length])];
        if (roots is not [var root])
        {
            throw new CheckpointFault(roots.Length == 0
                ? "it is a zip archive without data.pkl, so torch.save did not write it"
                : $"it is a zip archive with {roots.Length} files data.pkl where one was expected");
        }

        return names.Contains(root + "constants.pkl")
            ? throw new CheckpointFault("it is a TorchScript program (torch.jit.save), not weights; save the weights alone with "
                + "torch.save(model.state_dict(), …) and load that")
            : root;
    }

    private static byte[] ReadEntry(ZipArchiveEntry entry, AllocationBudget budget)
    {
        budget.Charge(entry.Length);
        using Stream stream = OpenEntry(entry);

        // The length that a damaged directory states is not believed: memory grows with what is there.
        using var grown = new MemoryStream();
        byte[] part = new byte[64 << 10];
        for (int count = stream.Read(part); count > 0 && grown.Length <= entry.Length; count = stream.Read(part))
        {
            grown.Write(part, 0, count);
        }

        byte[] content = grown.ToArray();
        if (content.Length != entry.Length)
        {
            throw new CheckpointFault($"its entry '{CheckpointStorages.Short(entry.FullName)}' doesn't have the {entry.Length} bytes that "
                + $"its directory states; fetch or copy it again");
        }

        // torch may leave checksums out, which then are 0.
        return entry.Crc32 == 0 || Crc32.HashToUInt32(content) == entry.Crc32
            ? content
            : throw new CheckpointFault($"the checksum of its entry '{CheckpointStorages.Short(entry.FullName)}' is wrong, so the file is "
                + $"damaged; fetch or copy it again");
    }
}
