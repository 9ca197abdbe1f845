using SuperRes.Lab.Show;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>
/// Shows a training in a notebook as one table that grows by a row an epoch, with a line above it that says how it goes. Where the engine
/// can't replace what it has shown (Verso), the table comes when the training ends.
/// </summary>
/// <param name="every">Seconds between two looks at how it goes; default 0.5.</param>
/// <param name="clock">The clock; null for the system's.</param>
public sealed class EpochProgress(double every = 0.5, TimeProvider? clock = null) : LearnerCallback
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly FitMeter _meter = new(clock);
    private Action<object?>? _update;
    private long _last;

    /// <inheritdoc/>
    public override void OnFitBegin(Learner learner, int totalSteps)
    {
        _meter.Begin(learner, totalSteps);
        _last = _clock.GetTimestamp();
        _update = TableOf(learner, $"stage {learner.StageName}: {totalSteps} steps").DisplayLive();
    }

    /// <inheritdoc/>
    public override void OnStepEnd(Learner learner, StepRecord step)
    {
        string line = _meter.Describe(learner, step);
        if (_clock.GetElapsedTime(_last).TotalSeconds >= every)
        {
            _last = _clock.GetTimestamp();
            _update?.Invoke(TableOf(
                learner, FormattableString.Invariant($"{_meter.Fraction * 100:0} %: {line}, {_meter.Left:hh\\:mm\\:ss} left")));
        }
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Learner learner, EpochRecord epoch) =>
        _update?.Invoke(TableOf(learner, FormattableString.Invariant($"{_meter.Fraction * 100:0} %: epoch {epoch.Epoch + 1} is done")));

    /// <inheritdoc/>
    public override void OnFitEnd(Learner learner) => ShowLast(TableOf(learner, null));

    /// <inheritdoc/>
    public override void OnInterrupted(Learner learner) =>
        ShowLast(TableOf(learner, $"stage {learner.StageName} was stopped after {learner.Progress.Step} of {_meter.Total} steps"));

    private static Table TableOf(Learner learner, string? caption) =>
        RecorderViews.TableOf(learner.Recorder.Epochs, learner.Loss.TermNames, caption);

    private void ShowLast(Table table)
    {
        if (_update is null)
        {
            table.Display();
        }
        else
        {
            _update(table);
        }
    }
}
