using System.Text.Json.Serialization;

namespace SuperRes.Lab.Benchmarks;

/// <summary>What a benchmark took.</summary>
/// <param name="Name">The benchmark's name.</param>
/// <param name="Seconds">Median seconds of one piece of work: a step, an image, a pair.</param>
public sealed record BenchmarkResult(string Name, double Seconds)
{
    /// <summary>Billions of floating-point operations a second, a multiply-add being two; null where the work is not arithmetic.</summary>
    [JsonPropertyName("gflops")]
    public double? GigaFlops { get; init; }

    /// <summary>That rate over the matrix product's in the same data type.</summary>
    public double? FractionOfPeak { get; init; }

    /// <summary>Median seconds of the plain path for the same work in the same run; null where there is none.</summary>
    public double? BaselineSeconds { get; init; }

    /// <summary>What else is worth knowing, for people; not in the JSON.</summary>
    [JsonIgnore]
    public string Remark { get; init; } = "";
}
