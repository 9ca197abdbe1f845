using static TorchSharp.torch;

namespace SuperRes.Lab.Weights;

/// <summary>The storages that a checkpoint's tensors lie in, by key; each is read once, however many tensors share it.</summary>
internal sealed class CheckpointStorages(long fileLength)
{
    private readonly OrderedDictionary<string, StorageReference> _references = new(StringComparer.Ordinal);

    // What the storages take is at most the file, and twice that where a zip's entries are deflated.
    private readonly AllocationBudget _budget = new((2 * fileLength) + (1 << 20), "its tensors");

    public IEnumerable<StorageReference> References => _references.Values;

    public StorageReference? Find(string key) => _references.GetValueOrDefault(key);

    /// <summary>The storage that a persistent id names: ('storage', type, key, location, element count[, view]).</summary>
    public CheckpointValue Resolve(CheckpointList id, AllocationBudget budget)
    {
        if (id.Items is not [CheckpointText { Value: "storage" }, PickleGlobal { Callable: PickleCallable.Storage, Type: { } type },
            var key, _, CheckpointScalar { Value: long count }, ..]
            || key is not (CheckpointText or CheckpointScalar) || count < 0 || count > long.MaxValue / 16)
        {
            throw new CheckpointFault("its pickle refers to a storage in an unknown way");
        }

        string name = key.ToString()!;
        if (!_references.TryGetValue(name, out StorageReference? storage))
        {
            budget.Charge(200);
            storage = new StorageReference(name, type, count);
            _references.Add(name, storage);
        }
        else if (storage.Type != type || storage.ElementCount != count)
        {
            throw new CheckpointFault($"it describes its storage '{Short(name)}' in two different ways");
        }

        return id.Items.Count > 5 && id[5] is CheckpointList view ? View(storage, view) : storage;
    }

    /// <summary>Reads a storage's elements.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="crc">Their expected checksum; 0: none.</param>
    public Tensor Load(StorageReference storage, Stream content, uint crc)
    {
        _budget.Charge(storage.ByteCount);
        bool isBool = storage.Type.Scalar == ScalarType.Bool;
        Tensor elements = empty(storage.ElementCount, isBool ? ScalarType.Byte : storage.Type.Scalar);
        try
        {
            TensorBytes.Read(elements, content, storage.Type.Size);
            if (crc != 0 && TensorBytes.Crc(elements, storage.Type.Size) != crc)
            {
                throw new CheckpointFault($"the checksum of its storage '{Short(storage.Key)}' is wrong, so the file is damaged; fetch or "
                    + $"copy it again");
            }

            if (!isBool)
            {
                return elements;
            }

            // A bool that is neither 0 nor 1 would be undefined in torch.
            _budget.Charge(storage.ByteCount);
            Tensor truths = elements.ne(0);
            elements.Dispose();
            return truths;
        }
        catch
        {
            elements.Dispose();
            throw;
        }
    }

    public static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private static StorageView View(StorageReference storage, CheckpointList view)
    {
        if (view.Items is not [_, CheckpointScalar { Value: long offset }, CheckpointScalar { Value: long count }]
            || offset < 0 || count < 0 || offset > storage.ElementCount || count > storage.ElementCount - offset)
        {
            throw new CheckpointFault($"it describes a view of its storage '{Short(storage.Key)}' that lies outside it");
        }

        return new StorageView(storage, offset, count);
    }
}
