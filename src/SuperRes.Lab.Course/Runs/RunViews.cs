using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Models;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Show;
using TorchSharp;
using static TorchSharp.torch;

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

    /// <summary>Held-out pairs of a stage with what trained weights make of them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stage">The stage whose weights are used and whose size is shown.</param>
    /// <param name="count">Pairs.</param>
    /// <returns>A row a pair: input, prediction, target, each with its PSNR.</returns>
    /// <exception cref="InputException">The stage has not been trained.</exception>
    public static PictureGrid ShowResults(this ExperimentRun run, string stage, int count = 3)
    {
        using RestorationModel model = run.LoadModel(stage);
        using BatchLoader loader = run.ValidLoader(run.Experiment.Stages[run.IndexOf(stage)]);
        var rows = new List<PictureRow>();
        foreach (Batch batch in loader.ReadEpoch())
        {
            for (int i = 0; i < batch.Count && rows.Count < count; i++)
            {
                rows.Add(ResultRow(model, batch, i));
            }

            if (rows.Count >= count)
            {
                break;
            }
        }

        return new PictureGrid(["input", "prediction", "target"], rows);
    }

    /// <summary>The weights of a trained stage.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stage">The stage's name; null for the last that was trained.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InputException">It has not been trained; the message says how to.</exception>
    public static RestorationModel LoadModel(this ExperimentRun run, string? stage = null) => run.Folder.LoadModel(stage);

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
            : throw new InputException($"There are no weights in {file}; run the notebook of {(stage is null ? "any stage (05 to 09)" : $"stage {stage}")}, or `superres train`.");
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

    private static PictureRow ResultRow(RestorationModel model, Batch batch, int index)
    {
        using DisposeScope scope = NewDisposeScope();
        RgbImage input = Image(batch.Input, index), target = Image(batch.Target, index);
        RgbImage prediction = RgbImage.FromTensor(model.Predict(batch.Input.narrow(0, index, 1)));
        return new PictureRow(null, [Cell(input, target), Cell(prediction, target), new PictureCell(target)]);
    }

    private static PictureCell Cell(RgbImage image, RgbImage target) => new(image, FormattableString.Invariant($"{Psnr.Rgb(image, target):0.00} dB"));

    private static RgbImage Image(Tensor images, int index)
    {
        using Tensor one = images[index];
        return RgbImage.FromTensor(one);
    }
}
