using System.Globalization;
using System.Numerics;
using static TorchSharp.torch;

namespace SuperRes.Lab.Weights;

/// <summary>A value inside a .pth checkpoint: a dictionary, a list, a scalar, text, bytes or a tensor; never code.</summary>
public abstract class CheckpointValue
{
    private protected CheckpointValue()
    {
    }

    /// <summary>The value under a key of a dictionary.</summary>
    /// <param name="key">The key; numbers in decimal.</param>
    /// <exception cref="KeyNotFoundException">This is not a dictionary, or it has no such key.</exception>
    public virtual CheckpointValue this[string key] => throw new KeyNotFoundException($"A {Kind} has no key '{key}'.");

    /// <summary>The value at a place of a list, tuple or set.</summary>
    /// <param name="index">The place, from 0.</param>
    /// <exception cref="KeyNotFoundException">This is not a list, or it is shorter.</exception>
    public virtual CheckpointValue this[int index] => throw new KeyNotFoundException($"A {Kind} has no item {index}.");

    /// <summary>What it is, in Python's words.</summary>
    public abstract string Kind { get; }
}

/// <summary>None, true, false, a whole number or a floating-point number.</summary>
public sealed class CheckpointScalar : CheckpointValue
{
    internal CheckpointScalar(object? value) => Value = value;

    /// <summary>Null, <see cref="bool"/>, <see cref="long"/>, <see cref="BigInteger"/> (beyond 64 bits) or <see cref="double"/>.</summary>
    public object? Value { get; }

    /// <inheritdoc/>
    public override string Kind => Value switch { null => "None", bool => "bool", double => "float", _ => "int" };

    /// <inheritdoc/>
    public override string ToString() => Value is null ? "None" : Convert.ToString(Value, CultureInfo.InvariantCulture)!;
}

/// <summary>Text.</summary>
public sealed class CheckpointText : CheckpointValue
{
    internal CheckpointText(string value) => Value = value;

    /// <summary>The text. Element types and devices, which checkpoints may name, appear as text such as "torch.float32".</summary>
    public string Value { get; }

    /// <inheritdoc/>
    public override string Kind => "str";

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Raw bytes.</summary>
public sealed class CheckpointBytes : CheckpointValue
{
    internal CheckpointBytes(byte[] value) => Value = value;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <inheritdoc/>
    public override string Kind => "bytes";
}

/// <summary>A list, a tuple or a set.</summary>
public sealed class CheckpointList : CheckpointValue
{
    private readonly List<CheckpointValue> _items;

    internal CheckpointList(string kind, List<CheckpointValue> items) => (Kind, _items) = (kind, items);

    /// <summary>The items, in the file's order.</summary>
    public IReadOnlyList<CheckpointValue> Items => _items;

    /// <inheritdoc/>
    public override string Kind { get; }

    /// <inheritdoc/>
    public override CheckpointValue this[int index] => (uint)index < (uint)_items.Count ? _items[index] : base[index];

    internal void Add(CheckpointValue item) => _items.Add(item);
}

/// <summary>A dictionary, in the file's order.</summary>
public sealed class CheckpointDictionary : CheckpointValue
{
    private readonly OrderedDictionary<CheckpointValue, CheckpointValue> _items = new(CheckpointKeyComparer.Instance);

    internal CheckpointDictionary(string kind) => Kind = kind;

    /// <summary>Keys (text, numbers, truth values, None, bytes or tuples) and values.</summary>
    public IReadOnlyList<KeyValuePair<CheckpointValue, CheckpointValue>> Items => _items;

    /// <summary>What was set on the dictionary object itself, such as a state dict's "_metadata"; null where nothing was.</summary>
    public CheckpointDictionary? Attributes { get; internal set; }

    /// <inheritdoc/>
    public override string Kind { get; }

    /// <inheritdoc/>
    public override CheckpointValue this[string key] => Find(key) ?? base[key];

    /// <summary>The value under a key.</summary>
    /// <param name="key">The key; numbers in decimal.</param>
    /// <returns>The value, or null where there is none.</returns>
    public CheckpointValue? Find(string key)
    {
        if (_items.TryGetValue(new CheckpointText(key), out CheckpointValue? value))
        {
            return value;
        }

        return long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && _items.TryGetValue(new CheckpointScalar(number), out value) ? value : null;
    }

    internal void Set(CheckpointValue key, CheckpointValue value) => _items[key] = value;
}

/// <summary>A tensor. Tensors that shared a storage in Python share it here.</summary>
public sealed class CheckpointTensor : CheckpointValue
{
    private Tensor? _value;

    internal CheckpointTensor(StorageReference storage, long offset, long[] shape, long[] strides) =>
        (Storage, Offset, Shape, Strides) = (storage, offset, shape, strides);

    /// <summary>Type of its elements.</summary>
    public ScalarType ElementType => Storage.Type.Scalar;

    /// <summary>Its sizes; empty for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Its strides, in elements.</summary>
    public IReadOnlyList<long> Strides { get; }

    /// <summary>The tensor, on the CPU, with the file's strides. It belongs to the <see cref="TorchCheckpointContent"/>.</summary>
    /// <exception cref="InvalidOperationException">Only the structure of the file was read.</exception>
    public Tensor Value => _value
        ?? throw new InvalidOperationException("Only the structure of this checkpoint was read, not its tensors.");

    /// <inheritdoc/>
    public override string Kind => "tensor";

    internal StorageReference Storage { get; }

    /// <summary>Where its first element is, in elements of the storage.</summary>
    internal long Offset { get; }

    internal void Materialise(Tensor storage) => _value ??= storage.as_strided([.. Shape], [.. Strides], Offset).DetachFromDisposeScope();

    internal void Release() => _value?.Dispose();
}

/// <summary>Equality of dictionary keys. Hashes are seeded anew in every process, so that no file can be made to collide.</summary>
internal sealed class CheckpointKeyComparer : IEqualityComparer<CheckpointValue>
{
    public static readonly CheckpointKeyComparer Instance = new();

    public bool Equals(CheckpointValue? x, CheckpointValue? y) => (x, y) switch
    {
        (CheckpointText a, CheckpointText b) => string.Equals(a.Value, b.Value, StringComparison.Ordinal),
        (CheckpointScalar a, CheckpointScalar b) => object.Equals(a.Value, b.Value),
        _ => ReferenceEquals(x, y),
    };

    public int GetHashCode(CheckpointValue value) => value switch
    {
        CheckpointText text => text.Value.GetHashCode(StringComparison.Ordinal),
        CheckpointScalar { Value: long number } => HashCode.Combine((int)number, (int)(number >> 32)),
        CheckpointScalar { Value: double number } =>
            HashCode.Combine((int)BitConverter.DoubleToInt64Bits(number), (int)(BitConverter.DoubleToInt64Bits(number) >> 32)),
        CheckpointScalar { Value: BigInteger number } =>
            number.ToString("X", CultureInfo.InvariantCulture).GetHashCode(StringComparison.Ordinal),
        CheckpointScalar scalar => HashCode.Combine(scalar.Value),
        _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value),
    };
}
