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
        Assert.True(Same(first, start, "patches.weight"), "a frozen group learned");
        Assert.False(Same(first, start, "reconstruction.weight"), "the last group learned nothing");
        run.TrainStage("whole");
        Assert.False(Same(Values(network), first, "patches.weight"), "the unfrozen group learned nothing");

        using RestorationModel loaded = RestorationModel.Load(run.Folder.ModelFile);
        Assert.Equal(8, Assert.IsType<Srcnn.SrcnnOptions>(Assert.IsType<Srcnn>(loaded.Network).Options).Features);
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
        string card = file.Metadata[RestorationModel.MetadataKey];
        Assert.Equal("""{"body":"srcnn","features":4}""", JsonNode.Parse(card)!["model"]!.ToJsonString());
    }

    [Fact]
    public void ComputeType_ThatTheNetworkDoesNotHave_IsRefused()
    {
        using RestorationNetwork network = RestorationNetwork.Create(new Srcnn.SrcnnOptions { Features = 4 });
        InputException error = Assert.Throws<InputException>(() => network.ComputeType = ScalarType.BFloat16);
        Assert.Contains("srcnn can't compute in BFloat16", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutsideTheNetworksRange_AreNamedWithTheirPlace()
    {
        string json = OwnNetwork.Replace("\"features\": 8", "\"features\": 1", StringComparison.Ordinal);
        InputException error = Assert.Throws<InputException>(() => Experiment.Parse(json, "own.json"));
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
        var error = Assert.Throws<InvalidOperationException>(() => RestorationNetwork.Create(new Ungrouped.UngroupedOptions()));
        Assert.Contains("has 2 registered parameters, and its layer groups have 0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lite", "\"width\":1,\"norm\":\"none\"", "\"dropout\":0,", "")]
    [InlineData("lite-resnet18", "\"width\":1,\"norm\":\"none\",\"dropout\":0.8", "", ",\"encoderStages\":3,\"seenSide\":0")]
    public void Read_SectionOfASmallNetworkThatVersion01Wrote_KeepsWhatItUses(string body, string used, string unused, string later)
    {
        const string Unet = """
            "stem":"classic","blur":true,"blurFinal":true,"selfAttention":false,"lastCross":true,"bottle":false,"icnr":"asRun","residual":true,
            """;
        string written = $$"""{"body":"{{body}}",{{Unet}}{{unused}}"outChannels":3,{{used}}}""";
        Assert.Equal($$"""{"body":"{{body}}",{{used}}{{later}}}""", Written(OptionsJson.Read<NetworkOptions>(written, "old")));
    }

    [Fact]
    public void Write_OptionsOfTheUnet_HaveTheKeysOfVersion01InTheirOrder()
    {
        const string Before = """
            {"body":"resnet18","stem":"deep","width":0.5,"norm":"batch","blur":true,"blurFinal":false,"selfAttention":true,"lastCross":true,
            "bottle":true,"yRange":[-3,3],"icnr":"asIntended","residual":true,"dropout":0,"outChannels":3}
            """;
        string now = Before.ReplaceLineEndings("").Replace("\"dropout\":0,", "", StringComparison.Ordinal);
        Assert.Equal(now, Written(OptionsJson.Read<NetworkOptions>(Before, "old")));
    }

    private static string Written(NetworkOptions options) => JsonSerializer.Serialize(options, OptionsJson.Compact);

    private static Dictionary<string, Tensor> Values(nn.Module module) =>
        StateDict.Entries(module).ToDictionary(entry => entry.Name, entry => entry.Value.detach().clone(), StringComparer.Ordinal);

    private static bool Same(Dictionary<string, Tensor> one, Dictionary<string, Tensor> other, string name) =>
        one[name].equal(other[name]).all().item<bool>();

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
            register_module("layer", nn.Conv2d(3, 3, 1));
        }

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
