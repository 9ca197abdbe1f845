using SuperRes.Lab.Cli.Trainings;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Tests.Cli;

public sealed class RunsTableTests
{
    private static readonly string[] _reached =
        ["run", "epochs", "last stage", "valid_loss", "psnr (dB)", "ssim", "best psnr (dB)", "time"];

    [Theory]
    [InlineData(3, 100)]
    [InlineData(200, 100)]
    [InlineData(20, 140)]
    public void Fit_AnyNumberOfRunsAndKeys_FitsTheWidthAndKeepsWhatMatters(int runs, int width)
    {
        string[] keys =
            [.. Enumerable.Range(0, 60).Select(i => $"data.degradations.jpeg.key{i}"),
                "stages.0.learningRate", "stages.1.learningRate", "seed", "model.body"];
        var whole = new Table([.. _reached, .. keys],
            [.. Enumerable.Range(0, runs).Select(run => (IReadOnlyList<object?>)
            [
                $"an-experiment-with-a-long-name-seed={run}-model.body=lite", "17 of 17", "unfrozen", "1.2345", "31.23",
                "0.9123", "31.25", "01:02:03",
                .. keys.Select(
                    key => (object?)(key == "seed" ? $"{run}"
                        : $"a long value of {key} {run}"))])]);
        (Table table, IReadOnlyList<string> leftOut) = RunsTable.Fit(whole, width);
        Assert.All(table.ToText().Split('\n'), line => Assert.InRange(line.Length, 1, width));
        Assert.Equal(["run", "epochs", "psnr (dB)", "ssim", "valid_loss", "time"], table.Columns.Take(6));
        Assert.Equal("seed", table.Columns[6]);
        Assert.Equal(keys.Length, table.Columns.Count - 6 + leftOut.Count);
        Assert.Equal(runs, table.Rows.Count);
    }

    [Fact]
    public void Fit_KeysThatEndAlike_KeepWhatTellsThemApart()
    {
        var whole = new Table(
            [.. _reached, "stages.0.epochs", "stages.1.epochs"], [["a", "1 of 1", "x", "1", "2", "3", "4", "5", "6", "7"]]);
        Assert.Equal(["stages.0.epochs", "stages.1.epochs"], RunsTable.Fit(whole, 100).Table.Columns.TakeLast(2));
    }
}
