#:project ../src/SuperRes.Lab
#:property PublishAot=false
// A degradation of your own: a model learns to take vignettes away. dotnet run examples/OwnDegradation.cs
using System.ComponentModel.DataAnnotations;
using SuperRes.Lab;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Native;

NativeRuntime.Initialize();
DegradationSteps.Register(new Vignette());
Experiment experiment = Experiment.Parse("""
    { "name": "own-degradation", "task": "restoration", "scale": 1,
      "model": { "body": "lite", "width": 0.25, "blocks": [1, 1, 1], "norm": "none" }, "loss": { "blocks": [] },
      "data": { "validFraction": 0.25, "degradations": {
        "downscale": { "probability": 0 }, "jpeg": { "probability": 0 }, "vignette": { "probability": 1, "loss": [0.2, 0.6] } } },
      "stages": [{ "name": "64", "size": 64, "batchSize": 4, "epochs": 2, "samplesPerImage": 7, "learningRate": 2e-3, "frozen": false }] }
    """, "OwnDegradation.cs");
string photos = Path.Combine(LabFolders.Root, "data", "samples");
using var run = new ExperimentRun(experiment, RunFolder.Create(Path.Combine(LabFolders.Runs, "own-degradation")), photos);
run.Train();
Console.WriteLine($"{run.Epochs[0].Psnr:0.00} dB after the first epoch, {run.Epochs[^1].Psnr:0.00} dB after the last.");

internal sealed record VignetteOptions : DegradationStepOptions
{
    [Range(0.0, 1)] public Interval Loss { get; init; } = (0.2, 0.8);
}

internal sealed class Vignette() : DegradationStep<VignetteOptions>("vignette", DegradationPlace.Lens)
{
    protected override void Apply(VignetteOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        double loss = options.Loss.Sample(random) / 2, w = picture.Width / 2.0, h = picture.Height / 2.0;
        for (int i = 0; i < picture.Bytes.Length; i++)
        {
            double x = ((i / 4 % picture.Width) - w) / w, y = ((i / 4 / picture.Width) - h) / h;
            picture.Bytes[i] = i % 4 == 3 ? (byte)255 : (byte)(picture.Bytes[i] * (1 - (loss * ((x * x) + (y * y)))));
        }
    }
}
