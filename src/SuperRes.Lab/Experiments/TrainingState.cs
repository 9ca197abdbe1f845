using SuperRes.Lab.Models;
using SuperRes.Lab.Training;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>
/// The full state of a training between two steps, but for its tensors: weights, optimizer and average. Loader and degradations need no
/// state of their own, because their draws follow from seed, epoch and index.
/// </summary>
/// <param name="Stage">Index of the stage.</param>
/// <param name="Epoch">Epochs of the stage that are complete.</param>
/// <param name="Step">Steps of the stage that were made.</param>
/// <param name="SmoothAverage">The loss smoother's average.</param>
/// <param name="SmoothCount">The loss smoother's count.</param>
/// <param name="OptimizerSteps">Steps that the optimizer has made with each parameter.</param>
/// <param name="Epochs">All epochs of the run.</param>
/// <param name="Batch">Batches of the epoch under way that steps were made with.</param>
/// <param name="Seconds">Seconds that the epoch under way has taken.</param>
/// <param name="Rows">Rows of steps.csv that belong to the state.</param>
/// <param name="AverageSteps">Steps in the average of the weights.</param>
/// <param name="Digest">The checksum of the tensors in files of the first format, which was written after whole epochs only.</param>
internal sealed record TrainingState(
    int Stage,
    int Epoch,
    int Step,
    double SmoothAverage,
    int SmoothCount,
    IReadOnlyDictionary<string, long> OptimizerSteps,
    IReadOnlyList<EpochRecord> Epochs,
    int Batch = 0,
    double Seconds = 0,
    int Rows = 0,
    long AverageSteps = 0,
    string? Digest = null)
{
    private const string ModelPrefix = "model/", FirstPrefix = "first/", SecondPrefix = "second/", AveragePrefix = "average/";

    /// <summary>The state of a learner, and its tensors themselves, not copies.</summary>
    public static (TrainingState State, IReadOnlyList<(string Name, Tensor Value)> Tensors) Of(
        Learner learner, int stage, IReadOnlyList<EpochRecord> epochs, int rows)
    {
        var tensors = StateDict.Entries(learner.Model).Select(entry => (ModelPrefix + entry.Name, entry.Value.detach())).ToList();
        var steps = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string name, Tensor first, Tensor second, long count) in learner.Optimizer.State())
        {
            tensors.Add((FirstPrefix + name, first));
            tensors.Add((SecondPrefix + name, second));
            steps[name] = count;
        }

        WeightAverage? mean = learner.Average();
        tensors.AddRange(mean?.State().Select(entry => (AveragePrefix + entry.Name, entry.Mean)) ?? []);
        FitProgress progress = learner.Progress;
        (double average, int smoothed) = progress.Smoother.State;
        return (
            new TrainingState(
                stage, progress.Epoch, progress.Step, average, smoothed, steps, [.. epochs], progress.Batch, progress.Seconds, rows,
                    mean?.Steps ?? 0),
            tensors);
    }

    /// <summary>Puts the weights back.</summary>
    public static void RestoreModel(IReadOnlyDictionary<string, Tensor> tensors, nn.Module model) =>
        StateDict.Load(model, Named(tensors, ModelPrefix), "The training state");

    /// <summary>Puts optimizer and average back.</summary>
    public FitProgress RestoreFit(IReadOnlyDictionary<string, Tensor> tensors, Learner learner)
    {
        foreach ((string name, long steps) in OptimizerSteps)
        {
            learner.Optimizer.Restore(name, tensors[FirstPrefix + name], tensors[SecondPrefix + name], steps);
        }

        Dictionary<string, Tensor> average = Named(tensors, AveragePrefix);
        if (average.Count > 0)
        {
            learner.Callbacks.OfType<WeightAveraging>().FirstOrDefault()?.Restore(learner.Model, average, AverageSteps);
        }

        var progress = new FitProgress { Epoch = Epoch, Batch = Batch, Step = Step, Seconds = Seconds };
        progress.Smoother.State = (SmoothAverage, SmoothCount);
        return progress;
    }

    private static Dictionary<string, Tensor> Named(IReadOnlyDictionary<string, Tensor> tensors, string prefix) =>
        tensors.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value, StringComparer.Ordinal);
}
