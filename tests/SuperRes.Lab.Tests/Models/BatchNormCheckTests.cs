using SuperRes.Lab.Experiments;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class BatchNormCheckTests
{
    [Theory]
    [InlineData("resnet18", 1, 32, true)]
    [InlineData("resnet18", 1, 33, false)]
    [InlineData("resnet18", 2, 32, false)]
    [InlineData("lite-resnet18", 1, 16, true)]
    [InlineData("lite-resnet18", 1, 17, false)]
    [InlineData("lite", 1, 16, false)]
    public void Require_Batch_RefusesWhatLeavesStatisticsThatAreNotFinite(string body, int batch, int side, bool refused)
    {
        NetworkOptions options = body switch
        {
            "lite" => new LiteUnetOptions { Width = 0.125 },
            "lite-resnet18" => new LiteResNetUnetOptions { Width = 0.125 },
            _ => new UnetOptions { Body = body, Width = 0.125 },
        };
        Exception? thrown = Record.Exception(() => BatchNormCheck.Require(options, batch, side, side, "stage"));

        Assert.Equal(refused, thrown is InputException);
        using DisposeScope scope = NewDisposeScope();
        using var network = RestorationNetwork.Create(options);
        network.train();
        network.call(rand(batch, 3, side, side));
        Assert.Equal(refused, StateDict.Entries(network).Any(
            entry => entry.Value.is_floating_point() && !entry.Value.isfinite().all().item<bool>()));
    }

    [Fact]
    public void Parse_ExperimentWithOneValuePerChannel_NamesTheStage()
    {
        string json = """{"name": "x", "stages": [{"name": "a", "size": 32, "batchSize": 1, "learningRate": 1e-3}]}""";

        var refused = Assert.Throws<InputException>(() => Experiment.Parse(json, "x.json"));

        Assert.StartsWith("x.json: $.stages[0]: a batch of one image of 32×32 px", refused.Message, StringComparison.Ordinal);
    }
}
