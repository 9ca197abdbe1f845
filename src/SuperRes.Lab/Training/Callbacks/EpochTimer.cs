using System.Diagnostics;

namespace SuperRes.Lab.Training;

/// <summary>Adds up the seconds of the epoch under way, also where a fit is interrupted and resumed within it.</summary>
public sealed class EpochTimer : LearnerCallback
{
    private readonly Stopwatch _clock = new();

    /// <inheritdoc/>
    public override void OnEpochBegin(Learner learner) => _clock.Restart();

    /// <inheritdoc/>
    public override void OnStepEnd(Learner learner, StepRecord step) => Lap(learner);

    /// <inheritdoc/>
    public override void OnValidated(Learner learner, EpochRecord validation) => Lap(learner);

    private void Lap(Learner learner)
    {
        learner.Progress.Seconds += _clock.Elapsed.TotalSeconds;
        _clock.Restart();
    }
}
