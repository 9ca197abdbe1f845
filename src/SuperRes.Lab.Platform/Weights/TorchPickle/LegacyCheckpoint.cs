using System.Numerics;
using TorchSharp;

namespace SuperRes.Lab.Weights;

/// <summary>
/// The format of torch.save before 1.6: five pickles (a magic number, the protocol, facts on the machine, the object, the keys of
/// the storages), then each storage as its element count and its elements. Source: torch/serialization.py, _legacy_load.
/// </summary>
internal static class LegacyCheckpoint
{
    private static readonly BigInteger Magic = BigInteger.Parse("01950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber);

    public static CheckpointValue Read(
        Stream file, long length, AllocationBudget budget, CheckpointStorages storages, IDictionary<string, torch.Tensor>? loaded)
    {
        file.Position = 0;
        var source = new PickleSource(file, length, budget);
        if (ReadPlain(source) is not CheckpointScalar { Value: BigInteger magic } || magic != Magic)
        {
            throw new CheckpointFault("it is a plain pickle, not a file of torch.save");
        }

        if (ReadPlain(source) is not CheckpointScalar { Value: 1001L })
        {
            throw new CheckpointFault("it is of another version of the old torch format than 1001");
        }

        if (ReadPlain(source) is CheckpointDictionary machine && machine.Find("little_endian") is CheckpointScalar { Value: false })
        {
            throw new CheckpointFault("it was written in big-endian byte order and only little-endian files can be read; save it again on "
                + "a little-endian machine");
        }

        CheckpointValue value = new PickleReader(source, id => storages.Resolve(id, budget)).Read();
        var keys = ReadPlain(source) as CheckpointList ?? throw new CheckpointFault("the list of its storages is missing");
        var unread = storages.References.Select(s => s.Key).ToHashSet(StringComparer.Ordinal);
        foreach (CheckpointValue key in keys.Items)
        {
            string name = key is CheckpointText or CheckpointScalar ? key.ToString()!
                : throw new CheckpointFault("the list of its storages is damaged");
            StorageReference storage = unread.Remove(name) ? storages.Find(name)!
                : throw new CheckpointFault($"the list of its storages names '{CheckpointStorages.Short(name)}', which no tensor uses");
            ReadStorage(source, file, storage, storages, loaded);
        }

        return unread.Count == 0 ? value
            : throw new CheckpointFault($"the data of its storage '{CheckpointStorages.Short(unread.First())}' is missing");
    }

    private static void ReadStorage(
        PickleSource source, Stream file, StorageReference storage, CheckpointStorages storages, IDictionary<string, torch.Tensor>? loaded)
    {
        long count = source.ReadInt64();
        if (count != storage.ElementCount)
        {
            throw new CheckpointFault($"its storage '{CheckpointStorages.Short(storage.Key)}' should have {storage.ElementCount} elements "
                + $"and has {count}");
        }

        source.Skip(storage.ByteCount);
        if (loaded is null)
        {
            file.Position += storage.ByteCount;
        }
        else
        {
            loaded.Add(storage.Key, storages.Load(storage, file, crc: 0));
        }
    }

    private static CheckpointValue ReadPlain(PickleSource source) =>
        new PickleReader(source, _ => throw new CheckpointFault("its pickle refers to a storage where none was expected")).Read();
}
