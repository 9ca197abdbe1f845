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
        IPhotoSet? set = images is null ? PhotoSets.TryFind(options.Source) : null;
        if (options.Split == SplitKind.Official && set is not { HasOfficialSplit: true })
        {
            throw new InputException(
                $"The experiment {experiment.Name} asks for an official split, and {images ?? options.Source} has none; use \"split\": "
                    + $"\"random\", or a data set of \"superres data list\".");
        }

        if (set is not null)
        {
            (string root, IReadOnlyList<PhotoSetItem> items) = set.Open(LabFolders.Data, Request(experiment), log, cancellation);
            return Of(experiment, root, items);
        }

        string folder = images ?? InDataFolder(options.Source);
        return new PhotoChoice(
            options.PerClass > 0 ? ClassTree.Open(folder).Subset(options.PerClass, experiment.Seed) : ImageFolder.Scan(folder));
    }

    /// <summary>What an experiment asks of a named set.</summary>
    public static PhotoSetRequest Request(Experiment experiment) => new(
        experiment.Data.Split == SplitKind.Official, experiment.Data.GeneratedCount, experiment.Data.GeneratedSize, experiment.Seed);

    private static PhotoChoice Of(Experiment experiment, string root, IReadOnlyList<PhotoSetItem> items)
    {
        DataOptions options = experiment.Data;
        bool official = options.Split == SplitKind.Official;
        HashSet<string> valid = [.. items.Where(item => official && item.Side == SplitSide.Valid).Select(item => item.Name)];
        IEnumerable<string> names = items.Select(item => item.Name);
        if (options.PerClass > 0)
        {
            // An official validation side stays whole.
            (string, string)[] labelled =
                [.. items.Where(item => item.Class is not null && !valid.Contains(item.Name)).Select(item => (item.Class!, item.Name))];
            if (labelled.Length == 0)
            {
                throw new InputException($"The experiment {experiment.Name} asks for {options.PerClass} photos of each class, and "
                    + $"{options.Source} has no classes; leave \"perClass\" out.");
            }

            HashSet<string> chosen = [.. ClassTree.Choose(root, labelled, options.PerClass, experiment.Seed), .. valid];
            names = names.Where(chosen.Contains);
        }

        return new PhotoChoice(ImageFolder.FromNames(root, [.. names]), official ? photo => valid.Contains(photo.Name) : null);
    }

    private static string InDataFolder(string source)
    {
        string folder = Path.IsPathRooted(source) ? source : Path.Combine(LabFolders.Data, source);
        return Directory.Exists(folder)
            ? folder
            : throw new InputException(PhotoSets.Names.Count > 0
                ? $"The photos of this experiment are not in {folder}; fetch them (\"superres data list\" has the sets that can be "
                    + $"fetched), or give a folder of photos with --images."
                : $"The photos of this experiment are not in {folder}; give a folder of photos, or where \"{source}\" is a data set "
                    + $"of SuperRes.Lab.Datasets, call its DatasetCatalog.Register() first.");
    }
}
