using System.Diagnostics;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Course;

/// <summary>Writes TensorBoard event files into the run folder while a stage trains: every step, and after each epoch the metrics, the
/// sample picture and, where the experiment asks for them, histograms.</summary>
internal sealed class RunEvents : LearnerCallback, IDisposable
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMinutes(1);

    private readonly ExperimentRun _run;
    private readonly EventFile _events;
    private readonly Stopwatch _sinceFlush = Stopwatch.StartNew();
    private int _step;

    /// <summary>Begins an event file.</summary>
    /// <param name="run">The run.</param>
    /// <param name="steps">Steps of the run so far, those of earlier stages included.</param>
    public RunEvents(ExperimentRun run, int steps)
    {
        (_run, _step) = (run, steps);
        _events = new EventFile(run.Folder.Path, steps + 1);
    }

    public override void OnGradients(Learner learner)
    {
        // With the last step of an epoch: gradients are gone when the epoch ends.
        if (_run.Experiment.Training.Histograms
            && learner.Progress.Batch + learner.Step.Batches == learner.TrainBatches.BatchesPerEpoch)
        {
            foreach ((string name, Parameter value) in learner.Model.named_parameters())
            {
                _events.Histogram("weights/" + name, value, _step + 1);
                using Tensor? gradient = value.grad;
                if (gradient is not null)
                {
                    _events.Histogram("gradients/" + name, gradient, _step + 1);
                }
            }
        }
    }

    public override void OnStepEnd(Learner learner, StepRecord step)
    {
        _step++;
        _events.Scalar("step/loss", step.Loss, _step);
        _events.Scalar("step/lr", step.Rate, _step);
        _events.Scalar("step/momentum", step.Momentum, _step);
        foreach ((string term, float value) in learner.Loss.TermNames.Zip(step.Terms))
        {
            _events.Scalar("step/" + term, value, _step);
        }

        if (!double.IsNaN(step.GradientNorm))
        {
            _events.Scalar("step/gradient norm", step.GradientNorm, _step);
        }

        if (_sinceFlush.Elapsed >= FlushInterval)
        {
            Flush();
        }
    }

    public override void OnEpochEnd(Learner learner, EpochRecord epoch)
    {
        _events.Scalar("loss/train", epoch.TrainLoss, _step);
        _events.Scalar("loss/valid", epoch.ValidLoss, _step);
        _events.Scalar("quality/psnr", epoch.Psnr, _step);
        _events.Scalar("quality/ssim", epoch.Ssim, _step);
        foreach ((string term, double value) in epoch.Terms)
        {
            _events.Scalar("valid/" + term, value, _step);
        }

        string sample = _run.Folder.SampleFile(epoch.Stage, epoch.Epoch);
        if (File.Exists(sample))
        {
            _events.Picture("samples/input, prediction, target", ImageCodec.Read(sample), _step);
        }

        Flush();
    }

    public override void OnInterrupted(Learner learner) => Flush();

    public void Dispose() => _events.Dispose();

    private void Flush()
    {
        _events.Flush();
        _sinceFlush.Restart();
    }
}
