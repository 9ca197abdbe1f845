#:project ../src/SuperRes.Lab
#:property PublishAot=false
// A metric of your own in metrics.csv, and a callback that steers the training: dotnet run examples/OwnMetricAndCallback.cs
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Native;
using SuperRes.Lab.Training;

NativeRuntime.Initialize();
// How much of the target's contrast the prediction keeps: 1 is all of it.
MetricRegistry.Register("contrast", (prediction, target) => (prediction.std() / target.std()).item<float>());
CallbackRegistry.Register("enough", () => new StopWhenGoodEnough(decibels: 18));
Experiment experiment = Experiment.Parse("""
    { "name": "own-metric", "model": { "body": "lite", "width": 0.25, "blocks": [1, 1, 1], "norm": "none" }, "loss": { "blocks": [] },
      "metrics": ["contrast"], "callbacks": ["enough"], "data": { "validFraction": 0.25 },
      "stages": [{ "name": "64", "size": 64, "batchSize": 4, "epochs": 9, "samplesPerImage": 4, "learningRate": 2e-3, "frozen": false }] }
    """, "OwnMetricAndCallback.cs");
string photos = Path.Combine(LabFolders.Root, "data", "samples");
using var run = new ExperimentRun(experiment, RunFolder.Create(Path.Combine(LabFolders.Runs, "own-metric")), photos);
run.Train();
foreach (EpochRecord epoch in run.Epochs)
{
    Console.WriteLine($"epoch {epoch.Epoch + 1}: {epoch.Psnr:0.00} dB, contrast {epoch.Terms["contrast"]:0.000}");
}

internal sealed class StopWhenGoodEnough(double decibels) : LearnerCallback
{
    public override void OnEpochEnd(Learner learner, EpochRecord epoch)
    {
        if (epoch.Psnr >= decibels)
        {
            Console.WriteLine($"{epoch.Psnr:0.00} dB is enough: the stage ends after epoch {epoch.Epoch + 1}.");
            learner.Stop();
        }
    }
}
