namespace SuperRes.Lab.Benchmarks;

/// <summary>A piece of work that `superres bench` measures. To add one, write a subclass and list it in
/// <see cref="BenchmarkSuite.All"/>.</summary>
/// <param name="name">Its name, words between slashes, such as train-step/8x64/float32; <c>--only</c> takes a prefix of it.</param>
public abstract class Benchmark(string name)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Times the same work done the plain way. All of them are timed before the library first runs in the process, because the library
    /// changes how
    /// the process keeps its memory, which the plain way does not.
    /// </summary>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <returns>Median seconds; null where there is no plain way.</returns>
    public virtual double? MeasurePlain(CancellationToken cancellation) => null;

    /// <summary>Does the work often enough for a steady median.</summary>
    /// <param name="peak">What this processor reached in a matrix product a moment ago.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <returns>The result.</returns>
    public abstract BenchmarkResult Measure(MatrixPeak peak, CancellationToken cancellation);
}
