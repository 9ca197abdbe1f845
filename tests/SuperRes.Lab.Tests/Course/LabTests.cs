using SuperRes.Lab.Course;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Show;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Tests.Course;

public sealed class LabTests
{
    [Fact]
    public void Sample_ByName_IsReadAndAnUnknownOneNamesTheOthers()
    {
        Assert.Equal((512, 512), (LabSample("astronaut").Width, LabSample("astronaut").Height));
        Assert.Contains("chelsea, coffee", Assert.Throws<InputException>(() => LabSample("lenna")).Message, StringComparison.Ordinal);

        static RgbImage LabSample(string name) => SuperRes.Lab.Course.Lab.Sample(name);
    }

    [Fact]
    public void LoadShipped_WhereItIsMissing_IsNull() => Assert.Null(SuperRes.Lab.Course.Lab.LoadShipped("no-such-model"));

    [Theory]
    [InlineData("quick-flowers")]
    [InlineData("quick-pets")]
    [InlineData("quick-restore")]
    [InlineData("quick-restore-no-holes")]
    [InlineData("evening")]
    [InlineData("evening-flowers")]
    [InlineData("evening-pets")]
    [InlineData("evening-restore")]
    [InlineData("evening-restore-no-holes")]
    [InlineData("article-flowers")]
    [InlineData("article-pets")]
    [InlineData("article-restore")]
    [InlineData("article-restore-no-holes")]
    public void Experiments_OfTheCourse_AreValid(string name) => Assert.Equal(name, Experiment.Load(name).Name);

    [Theory]
    [InlineData("quick")]
    [InlineData("evening")]
    [InlineData("article")]
    public void Experiments_OfTheHolesClaim_DifferInHolesAlone(string scale)
    {
        Experiment with = Experiment.Load($"{scale}-restore"), without = Experiment.Load($"{scale}-restore-no-holes");
        Assert.True(with.Data.Degradations.Holes.Probability > 0.5);
        Assert.Equal(0, without.Data.Degradations.Holes.Probability);
        string Same(Experiment one) =>
            (one with { Name = "", Description = "", Data = one.Data with { Degradations = one.Data.Degradations with { Holes = new() } } })
            .ToJson();
        Assert.Equal(Same(with), Same(without));
    }

    [Fact]
    public void ShowSamples_OfAStage_HasAColumnPerEpoch()
    {
        using var temp = new TempFolder();
        RunFolder folder = RunFolder.Create(temp.Path + "/run");
        for (int epoch = 0; epoch < 5; epoch++)
        {
            ImageCodec.Write(new RgbImage(3 * 16, 2 * 16), folder.SampleFile("64", epoch));
        }

        PictureGrid grid = folder.ShowSamples("64", pairs: 2, epochs: 3);
        Assert.Equal(["input", "after epoch 1", "after epoch 3", "after epoch 5", "target"], grid.ColumnTitles);
        Assert.Equal(2, grid.Rows.Count);
        Assert.Contains("Stage 128", Assert.Throws<InputException>(() => folder.ShowSamples("128")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PlotTerms_OverStages_HasAPanelPerTermAndMarksStages()
    {
        EpochRecord Epoch(string stage, int number, double value) =>
            new(stage, number, 1e-3, value, value, new Dictionary<string,
                double>(StringComparer.Ordinal) { ["pixel"] = value, ["gram_0"] = 2 * value }, 30, 0.9, 1);
        Chart chart = RunCharts.PlotTerms([Epoch("64", 0, 3), Epoch("64", 1, 2), Epoch("128", 0, 2.5)]);
        Assert.Equal(["pixel", "gram_0"], chart.Panels.Select(panel => panel.Title));
        Assert.Contains("128: 2.5", chart.ToText(), StringComparison.Ordinal);
    }
}
