using SuperRes.Lab.Degradations;
using SuperRes.Lab.Distributed;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Experiments;

/// <summary>The batches of a run's stages. Of several ranks, the first makes the caches of photos that the others read.</summary>
internal static class StageLoaders
{
    /// <summary>The training batches of a stage.</summary>
    public static BatchLoader Train(ExperimentRun run, Stage stage, CancellationToken cancellation)
    {
        PairCache photos = run.Ranks.LeaderFirst(() => run.Data.TrainFor(run.CropSize(stage), null, cancellation));
        return new BatchLoader(photos, DegradationsOf(run, stage), OptionsOf(run, stage) with { DropLast = true });
    }

    /// <summary>The validation batches of a stage.</summary>
    public static BatchLoader Valid(ExperimentRun run, Stage stage, CancellationToken cancellation)
    {
        PairCache photos = run.Ranks.LeaderFirst(() => run.Data.ValidFor(run.CropSize(stage), null, cancellation));
        return BatchLoader.ForValidation(photos, DegradationsOf(run, stage), OptionsOf(run, stage));
    }

    private static DegradationOptions DegradationsOf(ExperimentRun run, Stage stage) =>
        stage.Degradations ?? run.Experiment.Data.Degradations;

    private static BatchLoaderOptions OptionsOf(ExperimentRun run, Stage stage) => new()
    {
        BatchSize = stage.BatchSize!.Value,
        CropSize = run.CropSize(stage),
        Workers = run.Experiment.Data.Workers,
        SamplesPerImage = stage.SamplesPerImage,
        Rank = run.Ranks.Rank,
        Ranks = run.Ranks.Size,
        Seed = (long)(new RandomStream(run.Experiment.Seed, "loader." + stage.Name).NextBits() >> 1),
    };
}
