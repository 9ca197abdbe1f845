using System.Text.Json;
using System.Text.Json.Nodes;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using SuperRes.Lab.Tests.Inference;
using SuperRes.Lab.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class NetworkRegistryTests
{
    private const string OwnNetwork = """
        {
          "name": "own", "seed": 1, "scale": 1,
          "model": { "body": "srcnn", "features": 8 },
          "loss": { "blocks": [], "weights": [] },
          "data": { "validFraction": 0.25, "degradations": { "downscale": { "probability": 0 } } },
          "stages": [
            { "name": "frozen", "size": 32, "batchSize": 3, "learningRate": 2e-3 },
            { "name": "whole", "size": 32, "batchSize": 3, "learningRate": "slice(1e-4,1e-3)", "frozen": false }
          ]
        }
        """;

    [Fact]
    public void Experiment_NetworkOfAnotherAssembly_IsTrainedSavedAndLoadedFromItsFileAlone()
    {
        using var folder = new TempFolder();
        for (int i = 0; i < 8; i++)
        {
            ImageCodec.Write(DeadLeaves.Generate(new DeadLeavesOptions { Size = 64, Seed = 5 }, i), folder["photos", $"{i}.png"]);
        }

        using DisposeScope scope = NewDisposeScope();
        using var run = new ExperimentRun(Experiment.Parse(OwnNetwork, "own.json"), RunFolder.Create(folder["run"]), folder["photos"], CPU);
        Srcnn network = Assert.IsType<Srcnn>(run.Model);
        Dictionary<string, Tensor> start = Values(network);
        run.TrainStage("frozen");
        Dictionary<string, Tensor> first = Values(network);
        Assert.True(first["patches.weight"].equal(start["patches.weight"]).all().item<bool>(), "a frozen group learned");
        Assert.False(first["reconstruction.weight"].equal(start["reconstruction.weight"]).all().item<bool>(), "the last group learned nothing");
        run.TrainStage("whole");
        Assert.False(Values(network)["patches.weight"].equal(first["patches.weight"]).all().item<bool>(), "the unfrozen group learned nothing");

        using RestorationModel loaded = RestorationModel.Load(run.Folder.ModelFile);
        Assert.Equal(8, Assert.IsType<Srcnn>(loaded.Network).Options.Features);
        Tensor input = rand(1, 3, 31, 45);
        network.eval();
        Tensor expected = ImageNet.Denormalize(network.call(ImageNet.Normalize(input)));
        Assert.True(loaded.Predict(input).equal(expected).all().item<bool>(), "the loaded network predicts something else");
        Assert.Equal(ScalarType.Float32, loaded.FastType);
        AssertTilesFit(loaded);
    }

    [Fact]
    public void Save_OwnNetwork_WritesItsOptionsAlone()
    {
        using var folder = new TempFolder();
        using RestorationNetwork network = RestorationNetwork.Create(new Srcnn.SrcnnOptions { Features = 4 });
        RestorationModel.Save(folder["m.safetensors"], network, new ModelCard());
        using SafeTensors file = SafeTensors.Open(folder["m.safetensors"]);
        Assert.Equal("""{"body":"srcnn","features":4}""", JsonNode.Parse(file.Metadata[RestorationModel.MetadataKey])!["model"]!.ToJsonString());
    }

    [Fact]
    public void ComputeType_ThatTheNetworkDoesNotHave_IsRefused()
    {
        using RestorationNetwork network = RestorationNetwork.Create(new Srcnn.SrcnnOptions { Features = 4 });
        Assert.Contains("srcnn can't compute in BFloat16", Assert.Throws<InputException>(() => network.ComputeType = ScalarType.BFloat16).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutsideTheNetworksRange_AreNamedWithTheirPlace()
    {
        InputException error = Assert.Throws<InputException>(() => Experiment.Parse(OwnNetwork.Replace("\"features\": 8", "\"features\": 1", StringComparison.Ordinal), "own.json"));
        Assert.Equal("own.json: $.model.features is 1; use a count from 2 to 256.", error.Message);
    }

    [Fact]
    public void Options_OfAnotherNetwork_AreRefused()
    {
        InputException error = Assert.Throws<InputException>(() => RestorationNetwork.Create(new LiteUnetOptions { Body = "resnet18" }));
        Assert.Contains("the network of UnetOptions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_NameOfTheLibrary_IsRefused() =>
        Assert.Throws<ArgumentException>(() => NetworkRegistry.Register((Srcnn.SrcnnOptions options) => new Srcnn(options), "lite"));

    [Fact]
    public void Create_ParametersOutsideTheLayerGroups_AreRefused()
    {
        NetworkRegistry.Register((Ungrouped.UngroupedOptions options) => new Ungrouped(options));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => RestorationNetwork.Create(new Ungrouped.UngroupedOptions()));
        Assert.Contains("has 2 registered parameters, and its layer groups have 0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"body":"lite","stem":"classic","width":0.5,"blocks":[4,2,2],"norm":"none","blur":true,"blurFinal":true,"selfAttention":false,"lastCross":true,"bottle":false,"icnr":"asRun","residual":true,"dropout":0,"outChannels":3}""", """{"body":"lite","width":0.5,"blocks":[4,2,2],"norm":"none"}""")]
    [InlineData("""{"body":"lite-resnet18","stem":"classic","width":1,"norm":"none","blur":true,"blurFinal":true,"selfAttention":false,"lastCross":true,"bottle":false,"icnr":"asRun","residual":false,"dropout":0.8,"outChannels":3}""", """{"body":"lite-resnet18","width":1,"norm":"none","dropout":0.8}""")]
    [InlineData("""{"body":"resnet18","stem":"deep","width":0.5,"norm":"batch","blur":true,"blurFinal":false,"selfAttention":true,"lastCross":true,"bottle":true,"yRange":[-3,3],"icnr":"asIntended","residual":true,"dropout":0,"outChannels":3}""", """{"body":"resnet18","stem":"deep","width":0.5,"norm":"batch","blur":true,"blurFinal":false,"selfAttention":true,"lastCross":true,"bottle":true,"yRange":[-3,3],"icnr":"asIntended","residual":true,"outChannels":3}""")]
    public void Read_SectionThatVersion01Wrote_KeepsWhatTheNetworkUses(string written, string kept) =>
        Assert.Equal(kept, JsonSerializer.Serialize(OptionsJson.Read<NetworkOptions>(written, "old"), OptionsJson.Compact));

    private static Dictionary<string, Tensor> Values(nn.Module module) =>
        StateDict.Entries(module).ToDictionary(entry => entry.Name, entry => entry.Value.detach().clone(), StringComparer.Ordinal);

    private static void AssertTilesFit(RestorationModel model)
    {
        RgbImage image = TestNetworks.Noise(70, 50, 3);
        RgbImage whole = new Upscaler(model).Upscale(image), tiled = new Upscaler(model, new UpscaleOptions { Tile = 17 }).Upscale(image);
        Assert.True(TestNetworks.MostDifference(whole, tiled) <= 1, "tiles show");
    }

    private sealed class Ungrouped : RestorationNetwork
    {
        public Ungrouped(UngroupedOptions options)
            : base(nameof(Ungrouped), options)
        {
            Options = options;
            register_module("layer", nn.Conv2d(3, 3, 1));
        }

        public override UngroupedOptions Options { get; }

        public override int SizeMultiple => 1;

        public override int ReceptiveRadius => 0;

        public override Tensor forward(Tensor input) => input.alias();

        public sealed record UngroupedOptions() : NetworkOptions("ungrouped")
        {
            protected override void Check(string where)
            {
            }
        }
    }
}
