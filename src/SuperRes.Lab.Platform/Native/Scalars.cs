using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Native;

/// <summary>
/// Numbers that stay. TorchSharp makes a native copy of every number that is given to an operation (also the factor 1 of a sum of tensors)
/// and leaves it to the
/// garbage collector, which may free it while torch still has to read it: on a machine with other work that ended up to a third of the
/// evaluations
/// of some hundred photos with "Expected false to be true", and probably a training with a segmentation fault. What runs often takes these,
/// or holds its numbers with <c>using</c>.
/// </summary>
internal static class Scalars
{
    /// <summary>0.</summary>
    public static Scalar Zero { get; } = Of(0L);

    /// <summary>1.</summary>
    public static Scalar One { get; } = Of(1L);

    /// <summary>A number that is held, by a field or with <c>using</c>, until the operation that takes it is over.</summary>
    public static Scalar Of(double value) => value;

    /// <inheritdoc cref="Of(double)"/>
    public static Scalar Of(long value) => value;

    /// <summary>The square: TorchSharp's own is a power, whose exponent is such a number.</summary>
    public static Tensor Squared(this Tensor values) => values * values;
}
