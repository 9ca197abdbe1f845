using SuperRes.Lab.Cli.Trainings;

namespace SuperRes.Lab.Tests.Cli;

public sealed class SweepTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("1,2,3", "1|2|3")]
    [InlineData("slice(1e-6,1e-4)", "slice(1e-6,1e-4)")]
    [InlineData("slice(1e-6,1e-4),slice(1e-5),1e-3", "slice(1e-6,1e-4)|slice(1e-5)|1e-3")]
    [InlineData("[5,15,2]", "[5,15,2]")]
    [InlineData("[5,15,2],[1,1,1]", "[5,15,2]|[1,1,1]")]
    [InlineData("{\"a\":1,\"b\":[1,2]},null", "{\"a\":1,\"b\":[1,2]}|null")]
    [InlineData("\"a,b\"", "\"a,b\"")]
    [InlineData("\"a,b\",c", "\"a,b\"|c")]
    public void Values_Text_SplitsOutsideOfBracketsAndQuotes(string text, string expected) =>
        Assert.Equal(expected.Split('|'), Sweep.Values(text));

    [Fact]
    public void Expand_TwoKeys_GivesEveryCombination()
    {
        IReadOnlyList<SweepPoint> points = Sweep.Expand(["seed=1,2", "model.width=0.5", "stages.0.learningRate=1e-3,slice(1e-5,1e-3)"]);
        Assert.Equal(
            ["seed=1-stages.0.learningRate=1e-3", "seed=1-stages.0.learningRate=slice_1e-5_1e-3", "seed=2-stages.0.learningRate=1e-3",
                "seed=2-stages.0.learningRate=slice_1e-5_1e-3"],
            points.Select(point => point.Name));
        Assert.Equal(["seed=2", "model.width=0.5", "stages.0.learningRate=slice(1e-5,1e-3)"], points[^1].Settings);
    }

    [Fact]
    public void Expand_NothingSwept_IsOneRunWithoutName()
    {
        SweepPoint point = Assert.Single(Sweep.Expand(["seed=1", "loss.weights=[5,15,2]"]));
        Assert.Equal(("", 2), (point.Name, point.Settings.Count));
    }

    [Fact]
    public void Expand_EmptyValue_IsRefused() =>
        Assert.Contains("seed=1,,2", Assert.Throws<InputException>(() => Sweep.Expand(["seed=1,,2"])).Message, StringComparison.Ordinal);
}
