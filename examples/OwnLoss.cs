#:project ../src/SuperRes.Lab
#:property PublishAot=false
// A loss term of your own, composed with the library's: loss = pixels + 0.1·features(resnet18, layer1) + 0.5·edges.
//     dotnet run examples/OwnLoss.cs
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Native;
using static TorchSharp.torch;

NativeRuntime.Initialize();
LossTermRegistry.Register(new EdgeTerm());
Experiment experiment = Experiment.Parse("""
    {
      "name": "own-loss",
      "model": { "body": "lite", "width": 0.25, "blocks": [1, 1, 1], "norm": "none" },
      "loss": { "network": "resnet18", "layers": ["layer1"], "weights": [0.1], "gramFactor": 0, "terms": { "edges": { "weight": 0.5 } } },
      "data": { "validFraction": 0.25, "degradations": { "jpeg": { "probability": 0 } } },
      "stages": [{ "name": "64", "size": 64, "batchSize": 4, "epochs": 2, "samplesPerImage": 7, "learningRate": 2e-3, "frozen": false }]
    }
    """, "OwnLoss.cs");
string photos = Path.Combine(LabFolders.Root, "data", "samples");
using var run = new ExperimentRun(experiment, RunFolder.Create(Path.Combine(LabFolders.Runs, "own-loss")), photos);
run.Train();
foreach (var epoch in run.Epochs)
{
    Console.WriteLine($"epoch {epoch.Epoch + 1}: " + string.Join(", ", epoch.Terms.Select(term => $"{term.Key} {term.Value:0.0000}")));
}

/// <summary>How far edges are off: the mean absolute difference of the horizontal and vertical slopes.</summary>
internal sealed class EdgeTerm() : LossTerm<LossTermOptions>("edges")
{
    protected override Tensor Compute(LossTermOptions options, Tensor prediction, Tensor target) =>
        (Slope(prediction, 3) - Slope(target, 3)).abs().mean() + (Slope(prediction, 2) - Slope(target, 2)).abs().mean();

    private static Tensor Slope(Tensor x, int dim) => x.narrow(dim, 1, x.shape[dim] - 1) - x.narrow(dim, 0, x.shape[dim] - 1);
}
