using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>What a run can show of itself.</summary>
public static class RunViews
{
    /// <summary>The stages of an experiment as a table.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <returns>A row a stage.</returns>
    public static Table StageTable(this Experiment experiment) => Table.Of(
        experiment.Stages,
        ("stage", stage => stage.Name),
        ("from → to (px)", stage => $"{stage.Size / experiment.Scale} → {stage.Size}"),
        ("batch", stage => stage.BatchSize is { } size ? size : "by memory"),
        ("epochs", stage => stage.Epochs),
        ("learning rate", stage => stage.LearningRate.ToString()),
        ("encoder", stage => stage.Frozen ? "frozen" : "trained"));

    /// <summary>A stage in one line; <see cref="StageTable"/> has them all.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stage">The stage.</param>
    /// <returns>Sizes, batch, epochs, learning rate, and whether the encoder learns.</returns>
    public static string Describe(this ExperimentRun run, Stage stage)
    {
        string batch = stage.BatchSize is { } size ? $"batches of {size}" : "batches by memory";
        return $"stage {stage.Name}: {stage.Size / run.Experiment.Scale} → {stage.Size} px, {batch}, {stage.Epochs} epochs, "
            + $"learning rate {stage.LearningRate}, encoder {(stage.Frozen ? "frozen" : "trained")}";
    }

    /// <summary>Trains all stages, unless an earlier call did, and shows the table of the training.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellation">Ends the training after the step under way.</param>
    /// <exception cref="InputException">The run can't be trained; the message says why.</exception>
    public static void TrainOnce(this ExperimentRun run, CancellationToken cancellation = default)
    {
        if (File.Exists(run.Folder.ModelFile))
        {
            RecorderViews.TableOf(run.Folder.ReadMetrics()).Display();
            return;
        }

        run.Train(callbacks: [new EpochProgress()], cancellation: cancellation);
    }

    /// <summary>What a run is and how far it has come.</summary>
    /// <param name="run">The run.</param>
    /// <returns>A row each for experiment, photos, network, loss and the stages that are trained.</returns>
    public static Table Summary(this ExperimentRun run)
    {
        string[] trained = [.. run.Experiment.Stages.Select(stage => stage.Name).Where(name => File.Exists(run.Folder.StageFile(name)))];
        return new Table(["what", "here"],
        [
            ["experiment", run.Experiment.Name],
            ["photos", $"{run.Data.Train.Count} to train on, {run.Data.Valid.Count} held out"],
            ["network", run.Experiment.Model.Describe()],
            ["loss", string.Join(" + ", run.Loss.TermNames)],
            ["stages", string.Join(", ", run.Experiment.Stages.Select(stage => stage.Name))],
            ["trained", trained.Length == 0 ? "none yet" : string.Join(", ", trained)],
        ]);
    }

    /// <summary>Training pairs of a stage: what the network sees, and what it should give back.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="count">Pairs, at most a batch.</param>
    /// <returns>A row a pair: input and target.</returns>
    public static PictureGrid ShowBatch(this ExperimentRun run, string stage, int count = 4)
    {
        using BatchLoader loader = run.TrainLoader(run.Experiment.Stages[run.IndexOf(stage)]);
        return loader.ShowBatch(count);
    }

    /// <summary>The weights of a trained stage.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stage">The stage's name; null for the last that was trained.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InputException">It has not been trained; the message says how to.</exception>
    /// <remarks>
    /// Where no stage is named it says which one it is: a stage that was trained again makes the ones after it old, and an evaluation would
    /// measure the early one without a word.
    /// </remarks>
    public static RestorationModel LoadModel(this ExperimentRun run, string? stage = null)
    {
        RestorationModel model = run.Folder.LoadModel(stage);
        if (stage is null && run.Folder.ReadMetrics().LastOrDefault() is { } last)
        {
            string[] older = [.. run.Experiment.Stages.Select(one => one.Name).SkipWhile(name => name != last.Stage).Skip(1)
                .Where(name => File.Exists(run.Folder.StageFile(name)))];
            Console.WriteLine($"The weights are those of stage {last.Stage}." + (older.Length == 0 ? ""
                : $" Those of {string.Join(", ", older)} are of an earlier training; run their chapters again to go on from here."));
        }

        return model;
    }

    /// <summary>The weights of a trained stage in a run folder.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="stage">The stage's name; null for the last that was trained.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InputException">It has not been trained; the message says how to.</exception>
    public static RestorationModel LoadModel(this RunFolder folder, string? stage = null)
    {
        string file = stage is null ? folder.ModelFile : folder.StageFile(stage);
        return File.Exists(file)
            ? RestorationModel.Load(file)
            : throw new InputException($"There are no weights in {file}; run the notebook of "
                + $"{(stage is null ? "any stage (05 to 09)" : $"stage {stage}")}, or `superres train`.");
    }

    /// <summary>Writes the held-out photos as PNG files, for an evaluation on whole photos.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">Where to; PNG files of an earlier call are removed.</param>
    /// <returns>How many there are.</returns>
    public static int WriteHeldOut(this ExperimentRun run, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string earlier in Directory.EnumerateFiles(folder, "*.png"))
        {
            File.Delete(earlier);
        }

        for (int i = 0; i < run.Data.Valid.Count; i++)
        {
            string name = Path.GetFileNameWithoutExtension(run.Data.Split.Valid.Photos[i].Path);
            ImageCodec.Write(run.Data.Valid.Read(i), Path.Combine(folder, name + ".png"));
        }

        return run.Data.Valid.Count;
    }
}
