using System.Globalization;
using SuperRes.Lab.Distributed;

namespace SuperRes.Lab.Experiments;

/// <summary>Batch sizes for the stages whose file leaves them open.</summary>
internal static class BatchSizes
{
    /// <summary>Gives a batch size to each stage that has none: what the run was begun with, or what fits.</summary>
    /// <param name="run">The run.</param>
    /// <param name="log">Gets a sentence about each size that was chosen.</param>
    /// <returns>The experiment with all sizes.</returns>
    public static Experiment Choose(ExperimentRun run, Action<string> log)
    {
        Experiment experiment = run.Experiment;
        if (experiment.Stages.All(stage => stage.BatchSize is not null))
        {
            return experiment;
        }

        if (!run.Ranks.Leads())
        {
            return Take(experiment, run.Ranks.Broadcast((string?)null)!);
        }

        Experiment? earlier = File.Exists(run.Folder.ExperimentFile) ? Experiment.Load(run.Folder.ExperimentFile) : null;
        IReadOnlyList<Stage> begun = earlier is not null && NeedsAlike(earlier, experiment) ? earlier.Stages : [];
        var stages = new List<Stage>();
        foreach (Stage stage in experiment.Stages)
        {
            int? size = stage.BatchSize ?? begun.FirstOrDefault(other => other.Name == stage.Name)?.BatchSize;
            if (size is null)
            {
                size = StepCost.Measure(run.Model, run.Loss, experiment.OptionsOf(stage), stage.Frozen).BatchThatFits(run.CropSize(stage));
                log($"Stage {stage.Name} takes batches of {size}, which fit into half the memory by estimate.");
            }

            stages.Add(stage with { BatchSize = size });
        }

        run.Ranks.Broadcast(string.Join(',', stages.Select(stage => FormattableString.Invariant($"{stage.BatchSize}"))));
        return experiment with { Stages = stages };
    }

    /// <summary>The sizes that rank 0 has chosen.</summary>
    private static Experiment Take(Experiment experiment, string sizes) => experiment with
    {
        Stages = [.. experiment.Stages.Zip(sizes.Split(','),
            (stage, size) => stage with { BatchSize = int.Parse(size, CultureInfo.InvariantCulture) })],
    };

    /// <summary>Whether two experiments' steps take the same memory, for crops and batches of one size.</summary>
    private static bool NeedsAlike(Experiment one, Experiment other)
    {
        static Experiment Essence(Experiment all) =>
            new() { Name = "x", Stages = [], Model = all.Model, Loss = all.Loss, Precision = all.Precision };
        return Essence(one).ToJson() == Essence(other).ToJson();
    }
}
