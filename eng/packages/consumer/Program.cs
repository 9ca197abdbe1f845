// What a user of the packages writes: a network, a loss and a degradation of one's own, twenty steps, and a photo enlarged.
using SuperRes.Lab;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Native;
using static TorchSharp.torch;

NativeRuntime.Initialize();
NetworkRegistry.Register((TinyOptions options) => new Tiny(options));
LossTermRegistry.Register(new MeanColour());
DegradationSteps.Register(new Darker());
Experiment experiment = Experiment.Parse("""
    {
      "name": "consumer", "model": { "body": "tiny", "features": 8 },
      "loss": { "network": "resnet18", "layers": ["stem"], "weights": [0.1], "gramFactor": 0, "terms": { "meanColour": {} } },
      "data": { "validFraction": 0.25, "degradations": { "jpeg": { "probability": 0 }, "darker": { "probability": 0.5 } } },
      "stages": [{ "name": "64", "size": 64, "batchSize": 3, "epochs": 1, "samplesPerImage": 10, "learningRate": 1e-3, "frozen": false }]
    }
    """, "Program.cs");
using var run = new ExperimentRun(experiment, RunFolder.Create("run"), args[0], log: Console.WriteLine);
run.Train();
Console.WriteLine($"features are ImageNet's: {run.Loss.IsPretrained}; {run.Epochs[^1].Psnr:0.00} dB");
Console.WriteLine(string.Join(", ", run.Epochs[^1].Terms.Keys));
using RestorationModel model = RestorationModel.Load(run.Folder.ModelFile);
RgbImage large = new Upscaler(model).Upscale(ImageCodec.Read(Path.Combine(args[0], "chelsea.png")));
ImageCodec.Write(large, "chelsea-x2.png");
Console.WriteLine($"chelsea-x2.png has {large.Width}×{large.Height} pixels.");
await OtherPackages.TryAsync(args[0]);

internal sealed record TinyOptions() : NetworkOptions("tiny")
{
    public int Features { get; init; } = 32;

    protected override void Check(string where) => Require(Features > 0, $"{where}.features is {Features}; use 1 or more.");
}

internal sealed class Tiny : RestorationNetwork
{
    private readonly nn.Module<Tensor, Tensor> _layers;

    public Tiny(TinyOptions options)
        : base(nameof(Tiny), options)
    {
        register_module("layers", _layers = nn.Sequential(
            nn.Conv2d(3, options.Features, 3, padding: 1), nn.ReLU(), nn.Conv2d(options.Features, 3, 3, padding: 1)));
        Groups = [LayerGroup.Of(("layers", _layers))];
    }

    public override int SizeMultiple => 1;

    public override int ReceptiveRadius => 2;

    public override Tensor forward(Tensor input) => input + _layers.call(input);
}

internal sealed class MeanColour() : LossTerm<LossTermOptions>("meanColour")
{
    protected override Tensor Compute(LossTermOptions options, Tensor prediction, Tensor target) =>
        (prediction.mean([2, 3]) - target.mean([2, 3])).abs().mean();
}

internal sealed record DarkerOptions : DegradationStepOptions;

internal sealed class Darker() : DegradationStep<DarkerOptions>("darker", DegradationPlace.Lens)
{
    protected override void Apply(DarkerOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        for (int i = 0; i < picture.Bytes.Length; i++)
        {
            picture.Bytes[i] = i % 4 == 3 ? (byte)255 : (byte)(picture.Bytes[i] * 9 / 10);
        }
    }
}
