using static TorchSharp.torch;

namespace SuperRes.Lab.Weights;

/// <summary>One tensor of a safetensors file, as its header declares it.</summary>
/// <param name="Name">Its name, for weights a state-dict key.</param>
/// <param name="ElementType">Type of its elements.</param>
/// <param name="Shape">Its sizes; empty for a single number.</param>
/// <param name="Offset">Where its bytes begin, counted from the start of the data section.</param>
/// <param name="ByteCount">How many bytes it takes.</param>
public sealed record SafeTensorEntry(string Name, ScalarType ElementType, IReadOnlyList<long> Shape, long Offset, long ByteCount);
