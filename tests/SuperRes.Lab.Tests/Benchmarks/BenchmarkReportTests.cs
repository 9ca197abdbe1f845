using System.Text.Json;
using SuperRes.Lab.Benchmarks;

namespace SuperRes.Lab.Tests.Benchmarks;

public sealed class BenchmarkReportTests
{
    [Fact]
    public void ToJson_AReport_HasTheContractsKeys()
    {
        var report = new BenchmarkReport(new MatrixPeak(183, 320), [
            new BenchmarkResult("train-step/8x64/float32", 1.0) { GigaFlops = 154, FractionOfPeak = 0.84, BaselineSeconds = 1.25,
                Remark = "for people" },
            new BenchmarkResult("loader/64/1-worker", 0.01),
        ]);
        JsonElement json = JsonDocument.Parse(report.ToJson()).RootElement;
        Assert.Equal(320, json.GetProperty("peak_gflops").GetProperty("bfloat16").GetDouble());
        JsonElement first = json.GetProperty("benchmarks")[0], second = json.GetProperty("benchmarks")[1];
        Assert.Equal(["name", "seconds", "gflops", "fraction_of_peak", "baseline_seconds"], first.EnumerateObject().Select(
            property => property.Name));
        Assert.Equal(1.25, first.GetProperty("baseline_seconds").GetDouble());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("baseline_seconds").ValueKind);
    }

    [Fact]
    public void Run_UnknownPrefix_ListsTheNames()
    {
        string message = Assert.Throws<InputException>(() => BenchmarkSuite.Run("trian")).Message;
        Assert.Contains("\"trian\"", message, StringComparison.Ordinal);
        Assert.Contains("train-step/8x64/bfloat16", message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_Names_AreUnique() => Assert.Distinct(BenchmarkSuite.All.Select(benchmark => benchmark.Name));
}
