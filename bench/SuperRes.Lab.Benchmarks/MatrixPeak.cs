using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>The rate of a large square matrix product, which convolutions are held against.</summary>
/// <param name="Float32">GFLOP/s in float32.</param>
/// <param name="Bfloat16">GFLOP/s in bfloat16.</param>
public sealed record MatrixPeak(double Float32, double Bfloat16)
{
    private const int Side = 2048, Repetitions = 15;

    /// <summary>Measures.</summary>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <returns>The rates.</returns>
    public static MatrixPeak Measure(CancellationToken cancellation = default) =>
        new(Rate(ScalarType.Float32, cancellation), Rate(ScalarType.BFloat16, cancellation));

    /// <summary>The rate in a data type.</summary>
    /// <param name="type">float32 or bfloat16.</param>
    /// <returns>GFLOP/s.</returns>
    public double Of(ScalarType type) => type == ScalarType.BFloat16 ? Bfloat16 : Float32;

    private static double Rate(ScalarType type, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using IDisposable off = no_grad();
        Tensor a = randn(Side, Side).to(type), b = randn(Side, Side).to(type);
        // The best, not the median: a peak is what the machine can do undisturbed.
        double seconds = Timing.Samples(() => matmul(a, b).Dispose(), Repetitions, cancellation).Min();
        return 2.0 * Side * Side * Side / seconds / 1e9;
    }
}
