#:project ../src/SuperRes.Lab
#:property PublishAot=false
// Features of your own for the perceptual loss, here fixed edge filters; a trained network goes alike: dotnet run examples/OwnFeatures.cs
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Features;
using SuperRes.Lab.Native;
using static TorchSharp.torch;

NativeRuntime.Initialize();
FeatureNetworks.Register(EdgeFeatures.Edges);
Experiment experiment = Experiment.Parse("""
    { "name": "own-features", "model": { "body": "lite", "width": 0.25, "blocks": [1, 1, 1], "norm": "none" },
      "loss": { "network": "edges", "weights": [2] }, "data": { "validFraction": 0.25 },
      "stages": [{ "name": "64", "size": 64, "batchSize": 4, "epochs": 2, "samplesPerImage": 7, "learningRate": 2e-3, "frozen": false }] }
    """, "OwnFeatures.cs");
string photos = Path.Combine(LabFolders.Root, "data", "samples");
using var run = new ExperimentRun(experiment, RunFolder.Create(Path.Combine(LabFolders.Runs, "own-features")), photos);
run.Train();
Console.WriteLine(string.Join(", ", run.Epochs[^1].Terms.Select(term => $"{term.Key} {term.Value:0.0000}")));

internal sealed class EdgeFeatures : FeatureNetwork
{
    private readonly Tensor _filters = tensor(new float[] { -1, 0, 1, -2, 0, 2, -1, 0, 1, -1, -2, -1, 0, 0, 0, 1, 2, 1 }, [2, 1, 3, 3]) / 8;
    private EdgeFeatures() : base(Edges) => register_buffer("filters", _filters.repeat(3, 1, 1, 1).DetachFromDisposeScope());
    public static FeatureNetworkKind Edges { get; } = new()
    {
        Name = "edges", LayerNames = ["slopes"], BlockLayers = ["slopes"], DefaultLayers = ["slopes"], DefaultWeights = [1],
        DefaultGramFactor = 10, Create = () => new EdgeFeatures(),
    };

    public override IReadOnlyList<Tensor> Features(Tensor input, IReadOnlyList<string> layers) =>
        [nn.functional.conv2d(input, get_buffer("filters")!.to(input.dtype), padding: [1, 1], groups: 3)];
}
