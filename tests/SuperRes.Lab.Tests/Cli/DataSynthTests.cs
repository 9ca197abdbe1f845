using static SuperRes.Lab.Tests.Cli.CliHarness;

namespace SuperRes.Lab.Tests.Cli;

public sealed class DataSynthTests
{
    [Fact]
    public void DataSynth_SameSeed_GivesTheSameBytes()
    {
        using var folder = new TempFolder();
        CliResult first = Run("data", "synth", "--out", folder["a"], "--count", "2", "--size", "64", "--seed", "7");
        Assert.Equal(0, first.Code);
        Assert.Equal(folder["a"] + "\n", first.Out);
        Assert.Contains("2 images drawn, 0 were there.", first.Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("data", "synth", "--out", folder["b"], "--count", "2", "--size", "64", "--seed", "7").Code);
        Assert.Equal(0, Run("data", "synth", "--out", folder["c"], "--count", "2", "--size", "64", "--seed", "8").Code);
        string[] names = [.. Directory.EnumerateFiles(folder["a"], "*.png").Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];
        Assert.Equal(2, names.Length);
        foreach (string name in names)
        {
            Assert.Equal(File.ReadAllBytes(folder["a", name]), File.ReadAllBytes(folder["b", name]));
            Assert.NotEqual(File.ReadAllBytes(folder["a", name]), File.ReadAllBytes(folder["c", name]));
        }

        Assert.Contains("0 images drawn, 2 were there.",
            Run("data", "synth", "--out", folder["a"], "--count", "2", "--size", "64", "--seed", "7").Error, StringComparison.Ordinal);
    }
}
