using System.Diagnostics;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using SuperRes.Lab.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>
/// Writes the run folder while a stage trains: the row of each step, and after each epoch the metrics, a sample picture, the best weights,
/// the report and the full state.
/// </summary>
internal sealed class RunRecorder : LearnerCallback
{
    private const int SampleRows = 3;
    private const double Explosion = 100, NormShare = 0.1;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMinutes(1);

    private readonly ExperimentRun _run;
    private readonly int _stage;
    private readonly List<EpochRecord> _epochs;
    private readonly StepLog _steps;
    private readonly Action<string> _log;
    private readonly Stopwatch _sinceSave = Stopwatch.StartNew(), _sinceReport = Stopwatch.StartNew();
    private int _stepsSinceSave;
    private double _usualNorm = double.NaN;
    private bool _hasWarned;

    public RunRecorder(ExperimentRun run, int stage, List<EpochRecord> epochs, StepLog steps, Action<string> log) =>
        (_run, _stage, _epochs, _steps, _log) = (run, stage, epochs, steps, log);

    public override void OnStepEnd(Learner learner, StepRecord step)
    {
        _steps.Append(learner.StageName, step);
        WatchGradients(learner, step);
        _stepsSinceSave++;
        CheckpointOptions options = _run.Experiment.Checkpoints;
        if ((options.EverySteps > 0 && _stepsSinceSave >= options.EverySteps)
            || (options.EveryMinutes > 0 && _sinceSave.Elapsed.TotalMinutes >= options.EveryMinutes))
        {
            Save(learner);
        }
    }

    public override void OnEpochEnd(Learner learner, EpochRecord epoch)
    {
        _epochs.Add(epoch);
        _run.Folder.WriteMetrics(_epochs);
        WriteSample(learner, epoch);
        WriteBest(learner, epoch);
        Save(learner);
        if (_sinceReport.Elapsed >= ReportInterval)
        {
            Report(RunState.Running);
        }
    }

    public override void OnInterrupted(Learner learner)
    {
        Save(learner);
        Report(RunState.Interrupted);
    }

    public override void OnDiverged(Learner learner, TrainingPair? batch, DivergedException failure)
    {
        _steps.Flush();
        Report(RunState.Diverged, failure.Message);
        if (batch is not null)
        {
            string file = _run.Folder.DivergedFile(learner.StageName, learner.Progress.Step);
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["failure"] = failure.Message };
            SafeTensors.Write(file, [("input", batch.Input), ("target", batch.Target)], metadata);
            _log($"The batch that it happened with is kept as {LabFolders.Shown(file)}.");
        }

        _log(_run.Folder.StateFile is { } state
            ? $"The newest state, {LabFolders.Shown(state)}, is from before it."
            : "No state was saved before it.");
    }

    private void Report(RunState state, string? message = null)
    {
        _run.Reporter?.Write(_run, state, message);
        _sinceReport.Restart();
    }

    /// <summary>The state last, because it knows how much of everything else belongs to it.</summary>
    private void Save(Learner learner)
    {
        using DisposeScope scope = NewDisposeScope();
        _steps.Flush();
        (TrainingState state, IReadOnlyList<(string, Tensor)> tensors) = TrainingState.Of(learner, _stage, _epochs, _steps.Rows);
        _run.Folder.Checkpoints(_run.Experiment.Checkpoints.Keep).Save(state, tensors);
        _stepsSinceSave = 0;
        _sinceSave.Restart();
    }

    /// <summary>Warns once a stage when the gradients are a hundred times as large as they were.</summary>
    private void WatchGradients(Learner learner, StepRecord step)
    {
        if (double.IsNaN(step.GradientNorm))
        {
            return;
        }

        if (!_hasWarned && step.GradientNorm > Explosion * _usualNorm)
        {
            _hasWarned = true;
            _log(FormattableString.Invariant(
                $"The gradients explode at step {step.Step} of stage {learner.StageName}: their norm is {step.GradientNorm:g3}, ")
                + FormattableString.Invariant($"it was about {_usualNorm:g3}. A lower learning rate or training.clipGradients may help."));
        }

        _usualNorm = double.IsNaN(_usualNorm) ? step.GradientNorm : _usualNorm + (NormShare * (step.GradientNorm - _usualNorm));
    }

    private void WriteBest(Learner learner, EpochRecord epoch)
    {
        if (_epochs.Where(other => other.Stage == epoch.Stage).Min(other => other.ValidLoss) >= epoch.ValidLoss)
        {
            using IDisposable? averaged = learner.Average()?.Apply();
            RestorationModel.Save(_run.Folder.BestFile(epoch.Stage), learner.Model, _run.Card);
        }
    }

    private void WriteSample(Learner learner, EpochRecord epoch)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (TrainingPair pair in learner.ValidBatches?.ReadEpoch(0) ?? [])
        {
            Tensor input = pair.Input.narrow(0, 0, Math.Min(SampleRows, pair.Input.shape[0]));
            Tensor target = pair.Target.narrow(0, 0, input.shape[0]);
            Tensor rows = cat([input, learner.Predict(input), target], 3);
            using Tensor sheet = cat([.. rows.unbind(0)], 1);
            ImageCodec.Write(RgbImage.FromTensor(sheet), _run.Folder.SampleFile(epoch.Stage, epoch.Epoch));
            break;
        }
    }
}
