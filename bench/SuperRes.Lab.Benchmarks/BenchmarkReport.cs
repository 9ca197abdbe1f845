using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SuperRes.Lab.Benchmarks;

/// <summary>The results of one run, measured on one machine within minutes.</summary>
/// <param name="PeakGflops">What a matrix product reached.</param>
/// <param name="Benchmarks">The results in the order of the suite.</param>
public sealed record BenchmarkReport(MatrixPeak PeakGflops, IReadOnlyList<BenchmarkResult> Benchmarks)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>The report as JSON:
    /// {"peak_gflops":{"float32","bfloat16"},"benchmarks":[{"name","seconds","gflops","fraction_of_peak","baseline_seconds"}]}.</summary>
    /// <returns>Indented JSON; null where a figure has no meaning.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The report as a table.</summary>
    /// <returns>Lines of text.</returns>
    public string ToText()
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture, $"matrix product: {PeakGflops.Float32:0} GFLOP/s float32, {PeakGflops.Bfloat16:0} bfloat16");
        int width = Math.Max(4, Benchmarks.Select(result => result.Name.Length).DefaultIfEmpty().Max());
        text.Append("name".PadRight(width)).AppendLine("   seconds  of plain  GFLOP/s  of peak");
        foreach (BenchmarkResult result in Benchmarks)
        {
            text.Append(result.Name.PadRight(width))
                .Append(Cell(result.Seconds, result.Seconds < 0.01 ? "0.000000" : "0.0000", 10))
                .Append(Cell(result.Seconds / result.BaselineSeconds, "0.00", 10))
                .Append(Cell(result.GigaFlops, "0", 9))
                .Append(Cell(result.FractionOfPeak, "0.00", 9))
                .AppendLine(result.Remark.Length == 0 ? "" : "  " + result.Remark);
        }

        return text.ToString().TrimEnd();
    }

    private static string Cell(double? value, string format, int width) =>
        (value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "–").PadLeft(width);
}
