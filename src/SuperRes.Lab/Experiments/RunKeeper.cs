using SuperRes.Lab.Imaging;
using SuperRes.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>Keeps a run: after each epoch the metrics, a sample picture, event files and the full state.</summary>
internal sealed class RunKeeper(ExperimentRun run, int stage, List<EpochRecord> epochs) : LearnerCallback
{
    private const int SampleRows = 3;
    private readonly TorchSharp.Modules.SummaryWriter _events = utils.tensorboard.SummaryWriter(run.Folder.Path);

    public override void OnEpochEnd(Learner learner, EpochRecord epoch)
    {
        epochs.Add(epoch);
        run.Folder.WriteMetrics(epochs);
        WriteSample(learner, epoch);
        WriteEvents(epoch);
        TrainingCheckpoint.Save(run.Folder.StateFile, learner, stage, epochs);
    }

    private void WriteSample(Learner learner, EpochRecord epoch)
    {
        if (learner.ValidBatches is null)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        foreach (TrainingPair pair in learner.ValidBatches.ReadEpoch(0))
        {
            Tensor input = pair.Input.narrow(0, 0, Math.Min(SampleRows, pair.Input.shape[0]));
            Tensor target = pair.Target.narrow(0, 0, input.shape[0]);
            Tensor rows = cat([input, learner.Predict(input), target], 3);
            using Tensor sheet = cat([.. rows.unbind(0)], 1);
            ImageCodec.Write(RgbImage.FromTensor(sheet), run.Folder.SampleFile(epoch.Stage, epoch.Epoch));
            break;
        }
    }

    private void WriteEvents(EpochRecord epoch)
    {
        int step = epochs.Count;
        _events.add_scalar("loss/train", (float)epoch.TrainLoss, step);
        _events.add_scalar("loss/valid", (float)epoch.ValidLoss, step);
        _events.add_scalar("psnr", (float)epoch.Psnr, step);
        _events.add_scalar("ssim", (float)epoch.Ssim, step);
        _events.add_scalar("lr", (float)epoch.Rate, step);
        foreach ((string term, double value) in epoch.Terms)
        {
            _events.add_scalar("loss/" + term, (float)value, step);
        }
    }
}
