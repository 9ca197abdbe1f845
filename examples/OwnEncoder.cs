#:project ../src/SuperRes.Lab
#:property PublishAot=false
// Encoder weights of your own by path, in place of ImageNet's: dotnet run examples/OwnEncoder.cs
// Here the file is a copy of the ResNet-18 that comes with the library; a classifier of yours with torchvision's names is used alike.
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Native;
using SuperRes.Lab.Weights;
using TorchSharp;

NativeRuntime.Initialize();
RunFolder folder = RunFolder.Create(Path.Combine(LabFolders.Runs, "own-encoder"));
string mine = Path.Combine(folder.Path, "mine.safetensors");
using (torch.NewDisposeScope())
{
    SafeTensors.Write(mine, PretrainedWeights.Load("resnet18").Select(weight => (weight.Key, weight.Value)));
}

Experiment experiment = Experiment.Parse($$"""
    { "name": "own-encoder", "model": { "body": "resnet18", "blocks": [2, 2, 2, 3], "stages": 2, "residual": true },
      "encoderWeights": "{{mine.Replace('\\', '/')}}", "loss": { "blocks": [] }, "data": { "validFraction": 0.25 },
      "stages": [{ "name": "64", "size": 64, "batchSize": 4, "samplesPerImage": 4, "epochs": 1, "learningRate": 1e-3 }] }
    """, "OwnEncoder.cs");
string photos = Path.Combine(LabFolders.Root, "data", "samples");
using var run = new ExperimentRun(experiment, folder, photos, log: Console.WriteLine);
run.Train();
Console.WriteLine($"{run.Epochs[^1].Psnr:0.00} dB on held-out photos.");
