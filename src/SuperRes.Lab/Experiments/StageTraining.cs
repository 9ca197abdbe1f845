using System.Globalization;
using SuperRes.Lab.Distributed;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <summary>Trains one stage of a run after the other, and writes the weights of each.</summary>
/// <param name="run">The run.</param>
/// <param name="epochs">All epochs of the run so far; each new one is added.</param>
/// <param name="log">Gets a sentence about what a person should know.</param>
internal sealed class StageTraining(ExperimentRun run, List<EpochRecord> epochs, Action<string> log)
{
    /// <summary>Trains a stage.</summary>
    /// <param name="index">The stage's index.</param>
    /// <param name="state">The state that the stage is resumed from; null to begin it.</param>
    /// <param name="steps">The run's steps.csv; null on all ranks but 0.</param>
    /// <param name="callbacks">Who watches.</param>
    /// <param name="cancellation">Ends the training after the step under way, and saves its state.</param>
    /// <returns>What the learner recorded.</returns>
    public Recorder Fit(
        int index, LoadedState? state, StepLog? steps, IEnumerable<LearnerCallback> callbacks, CancellationToken cancellation)
    {
        Stage stage = run.Experiment.Stages[index];
        FreeSpaceCheck.Require(run, stage);
        using StageSession session = run.OpenStage(index, cancellation);
        Learner learner = session.Learner;
        LearnerCallback? watching = steps is null ? null : run.Reporter?.Watch(run, steps.Rows);
        using var closing = watching as IDisposable;
        LearnerCallback?[] own = [steps is null ? null : new RunRecorder(run, index, epochs, steps, log), watching];
        IEnumerable<LearnerCallback> named = run.Experiment.Callbacks.Select(name => CallbackRegistry.Get(name, "callbacks")());
        foreach (LearnerCallback callback in own.OfType<LearnerCallback>().Concat(named).Concat(callbacks))
        {
            learner.Callbacks.Add(callback);
        }

        FitProgress? progress = state?.State.RestoreFit(state.Tensors, learner);
        if (stage.FindLr && progress is null)
        {
            LogSuggestedRates(learner, stage, cancellation);
        }

        learner.Recorder.Restore(
            steps is null ? [] : StepLog.Read(run.Folder.StepsFile).Where(row => row.Stage == stage.Name).Select(row => row.Step),
            epochs.Where(epoch => epoch.Stage == stage.Name));
        learner.FitOneCycle(stage.Epochs, stage.LearningRate, stage.PctStart, cancellation, progress);
        RankAgreement.RequireSameWeights(run);
        if (steps is null)
        {
            return learner.Recorder; // rank 0 writes
        }

        RestorationModel.Save(run.Folder.StageFile(stage.Name), run.Model, run.Card);
        RestorationModel.Save(run.Folder.ModelFile, run.Model, run.Card);
        run.Reporter?.Write(run, RunState.Complete, null);
        return learner.Recorder;
    }

    /// <summary>Runs the LR finder before a stage that asks for it.</summary>
    private void LogSuggestedRates(Learner learner, Stage stage, CancellationToken cancellation)
    {
        LrFinderResult found = learner.FindLr(cancellation: cancellation);
        if (!run.Ranks.Leads())
        {
            return;
        }

        string plot = run.Folder.LrPlotFile(stage.Name);
        run.Reporter?.WritePlot(found, plot);
        string Rate(double? rate) => rate is { } value ? value.ToString("0.0e-0", CultureInfo.InvariantCulture) : "none";
        log($"LR finder before stage {stage.Name}: steepest slope at {Rate(found.SteepestRate)}, "
            + $"minimum / 10 at {Rate(found.MinimumRateOverTen)}; the stage uses {stage.LearningRate}."
            + (run.Reporter is null ? "" : $" Plot: {LabFolders.Shown(plot)}"));
    }
}
