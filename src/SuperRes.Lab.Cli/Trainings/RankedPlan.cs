using System.Globalization;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Cluster;
using SuperRes.Lab.Course;

namespace SuperRes.Lab.Cli.Trainings;

/// <summary>What a training costs on several ranks, by estimate.</summary>
internal static class RankedPlan
{
    /// <summary>Sentences below a plan's table.</summary>
    /// <param name="plan">The plan, which is of one process.</param>
    /// <param name="mpi">The ranks, and how fast they sum.</param>
    public static string Describe(TrainingPlan plan, MpiFindings mpi)
    {
        long bytes = plan.Parameters * sizeof(float);
        double sum = mpi.SecondsFor(bytes), sums = sum * plan.Stages.Sum(stage => stage.Steps);
        IEnumerable<string> parts = plan.Stages.Select(stage => stage.BatchSize == 0
            ? $"{stage.Stage.Name}: chosen by memory"
            : string.Create(CultureInfo.InvariantCulture, $"{stage.Stage.Name}: {Part(stage.BatchSize, mpi.Size)} of {stage.BatchSize}"));
        string time = double.IsNaN(plan.Seconds) ? ""
            : $" By estimate {Words.Of(TimeSpan.FromSeconds((plan.Seconds / mpi.Size) + sums))} in all, of which sums take "
                + $"{Words.Of(TimeSpan.FromSeconds(sums))}, if each rank computes as fast as this process did beside the others.";
        return $"{mpi.Size} ranks on {mpi.Machines} machine{(mpi.Machines == 1 ? "" : "s")} over {mpi.Version}. Pairs of a batch for each "
            + $"rank: {string.Join(", ", parts)}. A step sums up to {Words.OfBytes(bytes)} of gradients, which takes about "
            + $"{Words.OfShort(sum)} here.{time}";
    }

    private static string Part(int batch, int ranks)
    {
        int least = BatchShare.For(batch, 0, ranks).Count, most = (batch + ranks - 1) / ranks;
        return least == most ? $"{most}" : $"up to {most}";
    }
}
