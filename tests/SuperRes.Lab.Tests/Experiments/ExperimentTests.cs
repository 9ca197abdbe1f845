using SuperRes.Lab.Experiments;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Tests.Experiments;

public sealed class ExperimentTests
{
    private const string Minimal = """{ "name": "tiny", "stages": [ { "name": "a", "size": 64, "batchSize": 4, "learningRate": 1e-3 } ] }""";

    [Fact]
    public void Parse_Minimal_FillsInTheArticlesDefaults()
    {
        Experiment experiment = Experiment.Parse(Minimal, "tiny.json");
        Assert.Equal("resnet34", experiment.Model.Body);
        Assert.Equal(NormType.Weight, Assert.IsType<UnetOptions>(experiment.Model).Norm);
        Assert.Equal([5, 15, 2], experiment.Loss.WithDefaults().Weights!);
        Assert.Equal(0.9, experiment.Stages[0].PctStart);
        Assert.Equal(1e-3, experiment.Optimizer.WeightDecay);
    }

    [Fact]
    public void ToJson_ThenParse_GivesTheSameText()
    {
        string json = Experiment.Parse(Minimal, "tiny.json").ToJson();
        Assert.Equal(json, Experiment.Parse(json, "tiny.json").ToJson());
    }

    [Theory]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"tiny\", \"sed\": 1", "\"sed\"", "unknown")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"tiny\", \"model\": { \"bodyy\": \"resnet18\" }", "$.model", "bodyy")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"tiny\", \"seed\": \"one\"", "$.seed", "a whole number")]
    [InlineData("\"size\": 64", "\"size\": 8", "$.stages[0].size", "16 to 2048")]
    [InlineData("\"batchSize\": 4", "\"batchSize\": 0", "$.stages[0].batchSize", "1 to 1024")]
    [InlineData("1e-3", "-1", "$.stages[0].learningRate", "above 0")]
    [InlineData("1e-3", "\"slice(1)x\"", "$.stages[0].learningRate", "slice")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"tiny\", \"model\": { \"width\": 9 }", "$.model.width", "0.125 to 2")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"tiny\", \"model\": { \"norm\": \"layer\" }", "$.model.norm",
        "weight, batch, spectral, none")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"tiny\",\n\"model\": {\n\"norm\": 7 }", "$.model.norm (line 3)",
        "weight, batch, spectral, none")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"tiny\", \"model\": { \"body\": \"resnet99\" }", "$.model",
        "there is no network \"resnet99\"; use one of lite, lite-resnet18, mask-resnet18, resnet18, resnet34, resnet50")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"tiny\", \"model\": { \"width\": 1, \"body\": \"lite\", \"widht\": 1 }", "$.model",
        "widht")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"tiny\", \"model\": { \"dropout\": 0.5 }", "$.model.dropout", "no meaning here")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"tiny\", \"data\": { \"validFraction\": 0.9 }", "$.data.validFraction", "0.01 to 0.5")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"../tiny\"", "$.name", "folder")]
    [InlineData("\"name\": \"a\", ", "", "$.stages[0]", "name")]
    public void Parse_BadValue_NamesPathAndRange(string part, string replacement, string place, string help)
    {
        InputException error = Assert.Throws<InputException>(
            () => Experiment.Parse(Minimal.Replace(part, replacement, StringComparison.Ordinal), "tiny.json"));
        Assert.Contains("tiny.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(help, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Parse_StruckWeightOfEarlierVersions_IsTheMaskedWeight()
    {
        const string Earlier = """{ "name": "e", "stages": [{ "name": "a", "size": 64, "learningRate": 1e-3, "struckWeight": 0.45 }] }""";
        var experiment = Experiment.Parse(Earlier, "e");
        Assert.Equal(0.45, experiment.Stages[0].MaskedWeight);
        Assert.Contains("\"maskedWeight\": 0.45", experiment.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("struckWeight", experiment.ToJson(), StringComparison.Ordinal);
        Assert.Contains("maskedWeight",
            Assert.Throws<InputException>(() => Experiment.Parse(Earlier.Replace("0.45", "2", StringComparison.Ordinal), "e")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UnknownName_ListsTheExperiments()
    {
        InputException error = Assert.Throws<InputException>(() => Experiment.Load("nothing"));
        Assert.Contains("quick", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Settings_ChangeValuesWithinSections()
    {
        Experiment experiment =
            Experiment.Load("quick", ["seed=7", "model.width=0.5", "stages.0.epochs=9", "stages.1.learningRate=slice(1e-5,1e-3)"]);
        Assert.Equal(7, experiment.Seed);
        Assert.Equal(0.5, Assert.IsType<UnetOptions>(experiment.Model).Width);
        Assert.Equal(9, experiment.Stages[0].Epochs);
        Assert.Equal("slice(1e-5,1e-3)", experiment.Stages[1].LearningRate.ToString());
    }

    [Fact]
    public void Load_SettingOfAnotherNetwork_TakesTheKeysThatItHas()
    {
        Experiment experiment = Experiment.Load("quick", ["model.body=lite", "model.blocks=[1,2,1]", "model.norm=none"]);
        Assert.Equivalent(new LiteUnetOptions { Blocks = [1, 2, 1], Norm = NormType.None }, experiment.Model, strict: true);
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("stages.77.epochs=1")]
    [InlineData("modle.width=1")]
    [InlineData("stages.0.epoch=1")]
    public void Load_SettingOfNothing_IsRefused(string setting) => Assert.Throws<InputException>(() => Experiment.Load("quick", [setting]));

    [Fact]
    public void Names_EachExperimentInTheRepository_IsValid() =>
        Assert.All(Experiment.Names(), name => Assert.Equal(name, Experiment.Load(name).Name));
}
