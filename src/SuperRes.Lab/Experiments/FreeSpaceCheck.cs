using SuperRes.Lab.Distributed;

namespace SuperRes.Lab.Experiments;

/// <summary>Refuses a stage whose states and weights would not fit on the disk.</summary>
internal static class FreeSpaceCheck
{
    private const long SpaceForRest = 32_000_000;

    /// <summary>Checks a stage.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stage">The stage.</param>
    /// <exception cref="InputException">There is too little space.</exception>
    public static void Require(ExperimentRun run, Stage stage)
    {
        if (!run.Ranks.Leads())
        {
            return; // it writes nothing
        }

        long weights = run.Model.parameters().Sum(parameter => parameter.numel() * parameter.ElementSize);
        long state = weights * (run.Experiment.OptionsOf(stage).EmaDecay > 0 ? 4 : 3);
        long there = run.Folder.Checkpoints().Files.Sum(file => new FileInfo(file).Length);
        long needed = Math.Max(0, (state * (run.Experiment.Checkpoints.Keep + 1)) - there) + (3 * weights) + SpaceForRest;
        long free = run.FreeSpace(run.Folder.Path);
        if (free < needed)
        {
            throw new InputException(FormattableString.Invariant(
                $"Stage {stage.Name} needs about {needed / 1e6:0} MB in {LabFolders.Shown(run.Folder.Path)} for its checkpoints, ")
                + FormattableString.Invariant($"and {free / 1e6:0} MB are free; make room, or choose another folder with --run."));
        }
    }
}
