using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>Writes fastai's epoch table line by line while the training runs, and within long epochs how it goes.</summary>
/// <param name="output">Where to; null for the console.</param>
/// <param name="progressEvery">Seconds between two lines within an epoch; 0 for none. Default 30.</param>
/// <param name="clock">The clock; null for the system's.</param>
public sealed class EpochPrinter(TextWriter? output = null, double progressEvery = 30, TimeProvider? clock = null) : LearnerCallback
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly FitMeter _meter = new(clock);
    private EpochTable? _table;
    private long _lastLine;

    /// <inheritdoc/>
    public override void OnFitBegin(Learner learner, int totalSteps)
    {
        _meter.Begin(learner, totalSteps);
        _table = new EpochTable(learner.Loss.TermNames, learner.StageName);
        WriteLine(_table.Header());
    }

    /// <inheritdoc/>
    public override void OnStepEnd(Learner learner, StepRecord step)
    {
        string line = _meter.Describe(learner, step);
        if (progressEvery > 0 && _clock.GetElapsedTime(_lastLine).TotalSeconds >= progressEvery)
        {
            WriteLine(FormattableString.Invariant($"  {_meter.Fraction * 100:0} %: {line}, {_meter.Left:hh\\:mm\\:ss} left"));
        }
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Learner learner, EpochRecord epoch) =>
        WriteLine((_table ??= new EpochTable(learner.Loss.TermNames, learner.StageName)).Row(epoch));

    private void WriteLine(string line)
    {
        (output ?? Console.Out).WriteLine(line);
        _lastLine = _clock.GetTimestamp();
    }
}
