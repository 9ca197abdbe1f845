using SuperRes.Lab.Experiments;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Tests.Experiments;

/// <summary>What people read in a run folder counts epochs from 1.</summary>
public sealed class RunFolderTests
{
    private static readonly EpochRecord _epoch = new("64", 0, 1e-3, 1, 2, new Dictionary<string, double> { ["pixel"] = 3 }, 30, 0.9, 4);

    [Fact]
    public void Metrics_WrittenAndRead_CountFromOneInTheFile()
    {
        using var folder = new TempFolder();
        var run = RunFolder.Create(folder["run"]);
        run.WriteMetrics([_epoch, _epoch with { Epoch = 1 }, _epoch with { Stage = "128" }]);
        Assert.Equal(["64,1", "64,2", "128,1"],
            File.ReadAllLines(run.MetricsFile).Skip(1).Select(line => string.Join(',', line.Split(',').Take(2))));
        Assert.Equal([("64", 0), ("64", 1), ("128", 0)], run.ReadMetrics().Select(row => (row.Stage, row.Epoch)));
    }

    [Fact]
    public void RunOfAnEarlierVersion_ThatCountsFromZero_IsReadAlike()
    {
        using var folder = new TempFolder();
        var run = RunFolder.Create(folder["run"]);
        run.WriteMetrics([_epoch, _epoch with { Epoch = 1 }]);
        string text = File.ReadAllText(run.MetricsFile).Replace("64,1,", "64,0,", StringComparison.Ordinal);
        File.WriteAllText(run.MetricsFile, text.Replace("64,2,", "64,1,", StringComparison.Ordinal));
        Assert.Equal([0, 1], run.ReadMetrics().Select(row => row.Epoch));
        Assert.EndsWith("64-002.png", run.SampleFile("64", 1), StringComparison.Ordinal);
        folder.Write("run/samples/64-000.png", "of an earlier version");
        Assert.EndsWith("64-001.png", run.SampleFile("64", 1), StringComparison.Ordinal);
    }
}
