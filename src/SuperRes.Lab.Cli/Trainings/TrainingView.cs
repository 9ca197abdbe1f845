using System.Globalization;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Cli.Trainings;

/// <summary>Shows a training: a row of the table to the output at each epoch, the steps on the error stream.</summary>
internal sealed class TrainingView(CommandContext context, IProgressView bar, IReadOnlyList<Stage> stages) : LearnerCallback
{
    private readonly TimeProvider _clock = context.Surroundings.Clock;
    private EpochTable? _table;
    private int _steps;
    private int _firstStep;
    private long _start;

    public override void OnFitBegin(Learner learner, int totalSteps)
    {
        (_steps, _firstStep, _start) = (totalSteps, learner.Progress.Step, _clock.GetTimestamp());
        if (_table is null)
        {
            _table = new(learner.Loss.TermNames, stages.Select(stage => stage.Name));
            context.Terminal.Result(_table.Header());
        }
    }

    public override void OnStepEnd(Learner learner, StepRecord step)
    {
        int done = step.Step + 1 - _firstStep;
        TimeSpan left = _clock.GetElapsedTime(_start) / done * (_steps - step.Step - 1);
        int epochs = stages.First(stage => stage.Name == learner.StageName).Epochs;
        int epoch = Math.Min(epochs, (step.Step / Math.Max(1, learner.TrainBatches.BatchesPerEpoch)) + 1);
        bar.Report(
            (step.Step + 1.0) / _steps,
            string.Create(CultureInfo.InvariantCulture, $"stage {learner.StageName}, epoch {epoch} of {epochs}, loss {step.SmoothLoss:0.0000}, {Words.Of(left)} left"));
    }

    public override void OnEpochEnd(Learner learner, EpochRecord epoch) => context.Terminal.Result(_table!.Row(epoch));
}
