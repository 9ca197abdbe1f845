#:project ../src/SuperRes.Lab
#:property PublishAot=false
// A network of your own, trained by name and kept as a file that the library reads: dotnet run examples/OwnNetwork.cs
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using SuperRes.Lab.Native;
using static TorchSharp.torch;

NativeRuntime.Initialize();
NetworkRegistry.Register((TinyOptions options) => new Tiny(options));
Experiment experiment = Experiment.Parse("""
    { "name": "own-network", "model": { "body": "tiny", "features": 16 }, "loss": { "blocks": [] }, "data": { "validFraction": 0.25 },
      "stages": [{ "name": "64", "size": 64, "batchSize": 4, "epochs": 2, "samplesPerImage": 7, "learningRate": 1e-3, "frozen": false }] }
    """, "OwnNetwork.cs");
string photos = Path.Combine(LabFolders.Root, "data", "samples");
using var run = new ExperimentRun(experiment, RunFolder.Create(Path.Combine(LabFolders.Runs, "own-network")), photos);
run.Train();
using RestorationModel model = RestorationModel.Load(run.Folder.ModelFile);
RgbImage large = new Upscaler(model).Upscale(ImageCodec.Read(Path.Combine(photos, "chelsea.png")));
Console.WriteLine($"{model.Name}: {run.Epochs[^1].Psnr:0.00} dB on held-out photos; chelsea.png is now {large.Width}×{large.Height}.");
internal sealed record TinyOptions() : NetworkOptions("tiny")
{
    public int Features { get; init; } = 32;
    protected override void Check(string where) => Require(Features > 0, $"{where}.features is {Features}; use 1 or more.");
}
internal sealed class Tiny : RestorationNetwork
{
    private readonly nn.Module<Tensor, Tensor> _layers;
    public Tiny(TinyOptions o) : base(nameof(Tiny), o)
    {
        register_module("layers", _layers = nn.Sequential(
            nn.Conv2d(3, o.Features, 3, padding: 1), nn.ReLU(), nn.Conv2d(o.Features, 3, 3, padding: 1)));
        Groups = [LayerGroup.Of(("layers", _layers))];
    }
    public override int SizeMultiple => 1;
    public override int ReceptiveRadius => 2;
    public override Tensor forward(Tensor input) => input + _layers.call(input);
}
