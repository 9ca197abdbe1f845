namespace SuperRes.Lab.Weights;

/// <summary>What a checkpoint's pickle may name: exactly what tensors and the containers around them need.</summary>
internal enum PickleCallable
{
    OrderedDict,
    Counter,
    Set,
    Bytes,
    Encode,
    Size,
    Device,
    RebuildTensor,
    RebuildParameter,
    Parameter,
    LegacyTensor,
    Storage,
}

/// <summary>An allowed name, on its way from the pickle to the place where it is used.</summary>
internal sealed class PickleGlobal : CheckpointValue
{
    private static readonly Dictionary<string, PickleCallable> Allowed = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = PickleCallable.OrderedDict,
        ["collections.Counter"] = PickleCallable.Counter,
        ["__builtin__.set"] = PickleCallable.Set,
        ["builtins.set"] = PickleCallable.Set,
        ["__builtin__.bytes"] = PickleCallable.Bytes,
        ["builtins.bytes"] = PickleCallable.Bytes,
        ["_codecs.encode"] = PickleCallable.Encode,
        ["torch.Size"] = PickleCallable.Size,
        ["torch.device"] = PickleCallable.Device,
        ["torch._utils._rebuild_tensor"] = PickleCallable.RebuildTensor,
        ["torch._utils._rebuild_tensor_v2"] = PickleCallable.RebuildTensor,
        ["torch._utils._rebuild_parameter"] = PickleCallable.RebuildParameter,
        ["torch.nn.parameter.Parameter"] = PickleCallable.Parameter,
    };

    private static readonly Dictionary<string, string> StorageTypes = new(StringComparer.Ordinal)
    {
        ["Double"] = "F64",
        ["Float"] = "F32",
        ["Half"] = "F16",
        ["BFloat16"] = "BF16",
        ["Long"] = "I64",
        ["Int"] = "I32",
        ["Short"] = "I16",
        ["Char"] = "I8",
        ["Byte"] = "U8",
        ["Bool"] = "BOOL",
    };

    private static readonly HashSet<string> ElementTypes = new(
        ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"], StringComparer.Ordinal);

    private PickleGlobal(PickleCallable callable, string name, WeightDType? type = null) => (Callable, Name, Type) = (callable, name, type);

    public PickleCallable Callable { get; }

    public string Name { get; }

    /// <summary>Element type, for storages and for the tensor classes of torch before 0.4.</summary>
    public WeightDType? Type { get; }

    public override string Kind => $"class {Name}";

    /// <summary>Looks a name up; nothing outside this list exists for a checkpoint.</summary>
    /// <returns>An allowed name, or text for an element type such as torch.float32.</returns>
    /// <exception cref="CheckpointFault">The name is not allowed.</exception>
    public static CheckpointValue Resolve(string module, string name)
    {
        string full = $"{module}.{name}";
        if (Allowed.TryGetValue(full, out PickleCallable callable))
        {
            return new PickleGlobal(callable, full);
        }

        if (module is "torch" or "torch.cuda")
        {
            if (Typed(name, "Storage") is { } storage)
            {
                return new PickleGlobal(PickleCallable.Storage, full, storage);
            }

            if (Typed(name, "Tensor") is { } tensor)
            {
                return new PickleGlobal(PickleCallable.LegacyTensor, full, tensor);
            }

            if (ElementTypes.Contains(name))
            {
                return new CheckpointText(full);
            }
        }

        throw new CheckpointFault(
            $"it asks for {full}, which is not among the few things that tensors need, so nothing of it was run; save the weights alone "
                + $"with torch.save(model.state_dict(), …) and load that");
    }

    private static WeightDType? Typed(string name, string suffix) =>
        name.EndsWith(suffix, StringComparison.Ordinal) && StorageTypes.TryGetValue(name[..^suffix.Length], out string? type)
            ? WeightDType.Find(type) : null;
}

/// <summary>A block of memory that tensors are views of.</summary>
internal sealed class StorageReference(string key, WeightDType type, long elementCount) : CheckpointValue
{
    public string Key { get; } = key;

    public WeightDType Type { get; } = type;

    public long ElementCount { get; } = elementCount;

    public long ByteCount => ElementCount * Type.Size;

    public override string Kind => "bare storage";
}

/// <summary>A window into a storage, as files of torch before 1.6 may name one.</summary>
internal sealed class StorageView(StorageReference storage, long offset, long count) : CheckpointValue
{
    public StorageReference Storage { get; } = storage;

    public long Offset { get; } = offset;

    public long Count { get; } = count;

    public override string Kind => "bare storage";
}
