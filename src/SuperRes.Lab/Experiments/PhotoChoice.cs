using SuperRes.Lab.Datasets;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Experiments;

/// <summary>Which photos an experiment names, and who is on the validation side where others decided that.</summary>
/// <param name="Photos">The photos.</param>
/// <param name="IsValid">Whether a photo is on the official validation side; null where the seed decides.</param>
internal sealed record PhotoChoice(ImageFolder Photos, Func<PhotoFile, bool>? IsValid = null)
{
    /// <exception cref="InputException">Photos are missing, or more than 1 % of them are broken.</exception>
    public static PhotoChoice Of(Experiment experiment, string? images, Action<string>? log, CancellationToken cancellation)
    {
        DataOptions options = experiment.Data;
        Dataset? set = images is null ? DatasetCatalog.TryFind(options.Source) : null;
        if (set?.Layout is not null)
        {
            return FromCatalog(set, experiment);
        }

        if (options.Split == SplitKind.Official)
        {
            throw new InputException(
                $"The experiment {experiment.Name} asks for an official split, and {images ?? options.Source} has none; use \"split\": "
                    + $"\"random\", or a data set of \"superres data list\".");
        }

        string folder = images ?? (set is not null ? Generate(experiment, log, cancellation) : InDataFolder(options.Source));
        return new PhotoChoice(
            options.PerClass > 0 ? ClassTree.Open(folder).Subset(options.PerClass, experiment.Seed) : ImageFolder.Scan(folder));
    }

    private static PhotoChoice FromCatalog(Dataset set, Experiment experiment)
    {
        DataOptions options = experiment.Data;
        string root = set.PathIn(LabFolders.Data);
        bool official = options.Split == SplitKind.Official;
        DatasetItem[] items = [.. set.List(LabFolders.Data).Where(item => official
            ? item.Side is DatasetSide.Train or DatasetSide.Valid
            : set.Layout!.OwnSplitOf is not { } side || item.Side == side)];
        if (options.PerClass > 0)
        {
            // An official validation side stays whole.
            DatasetItem[] held = [.. items.Where(item => official && item.Side == DatasetSide.Valid)];
            (string, string)[] labelled =
                [.. items.Except(held).Where(item => item.Class is not null).Select(item => (item.Class!, item.Name))];
            if (labelled.Length == 0)
            {
                throw new InputException($"The experiment {experiment.Name} asks for {options.PerClass} photos of each class, and "
                    + $"{set.Name} has no classes; leave \"perClass\" out.");
            }

            HashSet<string> chosen =
                [.. ClassTree.Choose(root, labelled, options.PerClass, experiment.Seed), .. held.Select(item => item.Name)];
            items = [.. items.Where(item => chosen.Contains(item.Name))];
        }

        HashSet<string> valid = [.. items.Where(item => item.Side == DatasetSide.Valid).Select(item => item.Name)];
        return new PhotoChoice(
            ImageFolder.FromNames(root, [.. items.Select(item => item.Name)]), official ? photo => valid.Contains(photo.Name) : null);
    }

    private static string InDataFolder(string source)
    {
        string folder = Path.IsPathRooted(source) ? source : Path.Combine(LabFolders.Data, source);
        return Directory.Exists(folder)
            ? folder
            : throw new InputException($"The photos of this experiment are not in {folder}; fetch them (\"superres data list\" has the "
                + $"sets that can be fetched), or give a folder of photos with --images.");
    }

    private static string Generate(Experiment experiment, Action<string>? log, CancellationToken cancellation)
    {
        DataOptions options = experiment.Data;
        string folder = Path.Combine(LabFolders.Data, "generated",
            $"dead-leaves-{options.GeneratedSize}px-{options.GeneratedCount}-seed{experiment.Seed}");
        int there = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.png").Count() : 0;
        if (there < options.GeneratedCount)
        {
            log?.Invoke($"Generating {options.GeneratedCount - there} dead-leaves images of {options.GeneratedSize} px in "
                + $"{LabFolders.Shown(folder)}.");
        }

        DeadLeaves.WriteFolder(folder, options.GeneratedCount, options.GeneratedSize, experiment.Seed, cancellation: cancellation);
        return folder;
    }
}
