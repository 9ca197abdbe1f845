using static TorchSharp.torch;

namespace SuperRes.Lab.Weights;

/// <summary>The element types that weight files may hold: their torch type, safetensors name and size.</summary>
internal sealed record WeightDType(ScalarType Scalar, string Name, int Size)
{
    /// <summary>
    /// In the order of the reference implementation's enumeration (safetensors, tensor.rs): rising alignment. Writers sort by it
    /// backwards, so that every tensor starts at a multiple of its element size.
    /// </summary>
    private static readonly WeightDType[] Known =
    [
        new(ScalarType.Bool, "BOOL", 1),
        new(ScalarType.Byte, "U8", 1),
        new(ScalarType.Int8, "I8", 1),
        new(ScalarType.Int16, "I16", 2),
        new(ScalarType.Float16, "F16", 2),
        new(ScalarType.BFloat16, "BF16", 2),
        new(ScalarType.Int32, "I32", 4),
        new(ScalarType.Float32, "F32", 4),
        new(ScalarType.Float64, "F64", 8),
        new(ScalarType.Int64, "I64", 8),
    ];

    /// <summary>All of them.</summary>
    public static ReadOnlySpan<WeightDType> All => Known;

    /// <summary>All names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", Known.Reverse().Select(d => d.Name));

    /// <summary>Place in the reference's order; the larger the earlier in a file.</summary>
    public int Rank => Array.IndexOf(Known, this);

    public static WeightDType? Find(string name) => Array.Find(Known, d => d.Name == name);

    public static WeightDType? Find(ScalarType scalar) => Array.Find(Known, d => d.Scalar == scalar);
}
