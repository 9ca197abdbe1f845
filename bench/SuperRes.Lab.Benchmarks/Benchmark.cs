namespace SuperRes.Lab.Benchmarks;

/// <summary>A piece of work that `superres bench` measures. To add one, write a subclass and list it in <see cref="BenchmarkSuite.All"/>.</summary>
/// <param name="name">Its name, words between slashes, such as train-step/8x64/float32; <c>--only</c> takes a prefix of it.</param>
public abstract class Benchmark(string name)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Does the work often enough for a steady median.</summary>
    /// <param name="peak">What this processor reached in a matrix product a moment ago.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <returns>The result.</returns>
    public abstract BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation);
}
