using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Course;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Cli.Trainings;

/// <summary>Shows a training: a row of the table to the output at each epoch, the steps on the error stream.</summary>
internal sealed class TrainingView(CommandContext context, IProgressView bar, IReadOnlyList<Stage> stages) : LearnerCallback
{
    private readonly FitMeter _meter = new(context.ConsoleEnvironment.Clock);
    private EpochTable? _table;

    public override void OnFitBegin(Learner learner, int totalSteps)
    {
        _meter.Begin(learner, totalSteps);
        if (_table is null)
        {
            _table = new(learner.Loss.TermNames, stages.Select(stage => stage.Name));
            context.Terminal.Result(_table.Header());
        }
    }

    public override void OnStepEnd(Learner learner, StepRecord step)
    {
        string text = _meter.Describe(learner, step);
        bar.Report(_meter.Fraction, $"{text}, {Words.Of(_meter.Left)} left");
    }

    public override void OnEpochEnd(Learner learner, EpochRecord epoch) => context.Terminal.Result(_table!.Row(epoch));
}
