using System.Globalization;
using SuperRes.Lab.Distributed;
using SuperRes.Lab.Models;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Experiments;

/// <summary>
/// Brings a run folder to where a training begins or is resumed: what comes after that point goes, what comes before it stays.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="epochs">The run's epochs, which become those that are kept.</param>
/// <param name="log">Gets a sentence about what a person should know.</param>
internal sealed class RunStart(ExperimentRun run, List<EpochRecord> epochs, Action<string> log)
{
    private RunFolder Folder => run.Folder;

    private IReadOnlyList<Stage> Stages => run.Experiment.Stages;

    /// <summary>Goes back to where a stage begins, with the weights that the stage before it ended with.</summary>
    /// <param name="index">The stage's index.</param>
    /// <returns>steps.csv, open behind the last row that is kept; null on all ranks but 0.</returns>
    public StepLog? Begin(int index)
    {
        if (!run.Ranks.Leads())
        {
            epochs.Clear();
            return null;
        }

        string[] earlier = [.. Stages.Take(index).Select(stage => stage.Name)];
        EpochRecord[] kept = index == 0
            ? []
            : [.. Folder.ReadMetrics().Where(epoch => earlier.Contains(epoch.Stage, StringComparer.Ordinal))];
        LoadWeights(index);
        Folder.DeleteLeftovers();
        Folder.Checkpoints().DeleteFrom(index);
        Keep(kept);
        return OpenSteps(StepLog.Read(Folder.StepsFile).Count(row => earlier.Contains(row.Stage, StringComparer.Ordinal)));
    }

    /// <summary>Takes the weights that the stage before ended with; the first stage starts from the network's own start.</summary>
    /// <param name="index">The stage's index.</param>
    /// <exception cref="InputException">The stage before has not been trained; the message says how to.</exception>
    public void LoadWeights(int index)
    {
        if (index == 0 || !run.Ranks.Leads())
        {
            return; // the fit begins with rank 0's weights
        }

        string before = Stages[index - 1].Name, file = Folder.StageFile(before);
        if (!File.Exists(file))
        {
            throw new InputException(
                $"Stage {Stages[index].Name} starts from stage {before}, whose weights {file} are missing; "
                + $"run that stage's notebook, or `superres train {run.Experiment.Name}`.");
        }

        using RestorationModel trained = RestorationModel.Load(file);
        var weights = StateDict.Entries(trained.Network).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        StateDict.Load(run.Model, weights, file);
    }

    /// <summary>Goes back to a saved state, with its weights.</summary>
    /// <param name="loaded">The state.</param>
    /// <returns>steps.csv, open behind the last row that belongs to the state; null on all ranks but 0.</returns>
    public StepLog? Resume(LoadedState loaded)
    {
        TrainingState state = loaded.State;
        TrainingState.RestoreModel(loaded.Tensors, run.Model);
        Stage stage = Stages[state.Stage];
        bool isOver = state.Epoch == stage.Epochs || (stage.EarlyStop > 0 && File.Exists(Folder.StageFile(stage.Name)));
        log(state.Stage == Stages.Count - 1 && isOver
            ? $"The run in {LabFolders.Shown(Folder.Path)} is complete."
            : $"Resuming in stage {stage.Name}, epoch {Math.Min(state.Epoch + 1, stage.Epochs)} of {stage.Epochs}, "
                + $"after step {state.Step}.");
        Keep(state.Epochs);
        return OpenSteps(state.Rows);
    }

    /// <summary>How many of the first stages have their weights and all their epochs: where a run is resumed that has no state.</summary>
    /// <exception cref="InputException">Something was trained, and none of it can be resumed from.</exception>
    public int FinishedStages() => int.Parse(run.Ranks.Broadcast(
        run.Ranks.Leads() ? CountFinished().ToString(CultureInfo.InvariantCulture) : null)!, CultureInfo.InvariantCulture);

    private int CountFinished()
    {
        ILookup<string, EpochRecord> rows = Folder.ReadMetrics().ToLookup(epoch => epoch.Stage, StringComparer.Ordinal);
        bool IsFinished(Stage stage) => File.Exists(Folder.StageFile(stage.Name))
            && (rows[stage.Name].Count() == stage.Epochs || (stage.EarlyStop > 0 && rows[stage.Name].Any()));
        int finished = Stages.TakeWhile(IsFinished).Count();
        if (finished > 0)
        {
            log($"There is no training state to resume from; resuming after stage {Stages[finished - 1].Name}, with its weights.");
        }
        else if (rows.Count > 0)
        {
            throw new InputException(
                $"{LabFolders.Shown(Folder.Path)} has no training state that can be used and no finished stage; "
                + "train anew without --resume, which keeps this run under another name.");
        }

        return finished;
    }

    private void Keep(IReadOnlyList<EpochRecord> kept)
    {
        epochs.Clear();
        epochs.AddRange(kept);
        if (!run.Ranks.Leads())
        {
            return;
        }

        RunDescription.Write(run);
        if (epochs.Count > 0 || File.Exists(Folder.MetricsFile))
        {
            Folder.WriteMetrics(epochs);
        }
    }

    private StepLog? OpenSteps(int rows)
    {
        if (!run.Ranks.Leads())
        {
            return null;
        }

        var steps = new StepLog(Folder.StepsFile, rows, run.Model.Groups.Count, run.Loss.TermNames);
        if (steps.Rows < rows)
        {
            log($"{LabFolders.Shown(Folder.StepsFile)} has lost {rows - steps.Rows} of {rows} rows; "
                + "the training is not touched by it, its curves are.");
        }

        return steps;
    }
}
