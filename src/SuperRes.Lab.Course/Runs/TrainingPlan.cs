using SuperRes.Lab.Experiments;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Photos;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Course;

/// <summary>What a stage will do, and what it will cost by estimate.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="BatchSize">Pairs a batch.</param>
/// <param name="StepsPerEpoch">Steps an epoch; 0 where the number of photos is not known.</param>
/// <param name="Bytes">Memory.</param>
/// <param name="Seconds">Time with validation, without loading; NaN where the number of photos is not known.</param>
public sealed record PlannedStage(Stage Stage, int BatchSize, int StepsPerEpoch, long Bytes, double Seconds)
{
    /// <summary>Steps of the whole stage.</summary>
    public int Steps => StepsPerEpoch * Stage.Epochs;
}

/// <summary>
/// An experiment's stages with steps, batch sizes, rates and estimates of memory and time on this machine; nothing is trained.
/// </summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Course, HasPicture = false)]
public sealed class TrainingPlan
{
    private TrainingPlan(string photos, long parameters, Device device, IReadOnlyList<PlannedStage> stages) =>
        (Photos, Parameters, Device, Stages) = (photos, parameters, device.ToString(), stages);

    /// <summary>Which photos it would train on, in words.</summary>
    public string Photos { get; }

    /// <summary>The network's parameters.</summary>
    public long Parameters { get; }

    /// <summary>Where it would compute.</summary>
    public string Device { get; }

    /// <summary>The stages.</summary>
    public IReadOnlyList<PlannedStage> Stages { get; }

    /// <summary>Seconds of all stages; NaN where the number of photos is not known.</summary>
    public double Seconds => Stages.Sum(stage => stage.Seconds);

    /// <summary>Memory of the largest stage.</summary>
    public long Bytes => Stages.Max(stage => stage.Bytes);

    /// <summary>Plans a training; makes the network and a few steps of it, to see what they cost here.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="images">A folder of photos in place of the experiment's own; null for none.</param>
    /// <param name="device">Where it computes; null for a GPU if there is one, else the CPU.</param>
    /// <param name="measure">Whether costs are measured; otherwise memory and time are unknown (0 and NaN).</param>
    /// <returns>The plan; photos that are not there are counted as the catalog states them.</returns>
    public static TrainingPlan Of(Experiment experiment, string? images = null, Device? device = null, bool measure = true)
    {
        device ??= Devices.Best;
        (int train, int valid, string photos) = Count(experiment, images);
        using var seed = new TorchSeed(experiment.Seed, "model");
        using RestorationNetwork model = RestorationNetwork.Create(experiment.Model);
        model.to(device);
        model.ComputeType = experiment.Precision == Precision.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        using var loss = new FeatureLoss(experiment.Loss, device, experiment.Seed);
        var costs = new Dictionary<bool, StepCost>();
        var stages = new List<PlannedStage>();
        foreach (Stage stage in experiment.Stages)
        {
            if (measure && !costs.ContainsKey(stage.Frozen))
            {
                costs[stage.Frozen] = StepCost.Measure(model, loss, experiment.OptionsOf(stage), stage.Frozen);
            }

            stages.Add(Plan(stage, costs.GetValueOrDefault(stage.Frozen), train, valid));
        }

        return new TrainingPlan(photos, model.parameters().Sum(parameter => parameter.numel()), device, stages);
    }

    private static PlannedStage Plan(Stage stage, StepCost? cost, int train, int valid)
    {
        int batch = stage.BatchSize ?? cost?.BatchThatFits(stage.Size) ?? 0;
        int batches = batch == 0 ? 0 : train * stage.SamplesPerImage / batch, steps = (batches + stage.Accumulate - 1) / stage.Accumulate;
        double seconds = cost is null || steps == 0
            ? double.NaN
            : stage.Epochs * ((batches * cost.Seconds(batch, stage.Size)) + cost.ValidationSeconds(valid, stage.Size));
        return new PlannedStage(stage, batch, steps, cost?.Bytes(Math.Max(1, batch), stage.Size) ?? 0, seconds);
    }

    /// <summary>The photos on each side of the split, without looking into them.</summary>
    private static (int Train, int Valid, string Words) Count(Experiment experiment, string? images)
    {
        DataOptions options = experiment.Data;
        (int all, string words, string? note) = CountAll(experiment, images);
        int used = options.MaxPhotos > 0 ? Math.Min(all, options.MaxPhotos) : all, valid = (int)Math.Round(used * options.ValidFraction);
        string sides = all == 0 ? "" : $": about {used - valid} to train, {valid} to validate";
        return (used - valid, valid, words + sides + (note is null ? "" : $". {note.TrimEnd('.')}"));
    }

    private static (int All, string Words, string? Note) CountAll(Experiment experiment, string? images)
    {
        DataOptions options = experiment.Data;
        if (images is null && PhotoSets.TryFind(options.Source) is { } set)
        {
            (int count, string words) = set.Expect(LabFolders.Data, PhotoChoice.Request(experiment));
            return (count, words, null);
        }

        string folder = images ?? Path.Combine(LabFolders.Data, options.Source);
        if (!Directory.Exists(folder))
        {
            return images is null ? (0, $"{options.Source}, which is not here; its size is unknown", null)
                : throw new InputException($"There is no folder {images}; give one that exists with --images.");
        }

        ImageFolder photos = options.PerClass > 0 ? ClassTree.Open(folder).Subset(options.PerClass, seed: 0) : ImageFolder.Scan(folder);
        return (photos.Count, $"photos in {LabFolders.Shown(folder)}", photos.LeftOutNote);
    }
}
