using SuperRes.Lab.Data;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Experiments;

/// <summary>The photos of a run: found or generated, split by the seed, decoded once.</summary>
public sealed class RunData
{
    private const long MemoryLimit = 2L << 30;

    private RunData(ImageFolder all, DataSplit split, PhotoSource train, PhotoSource valid) =>
        (Folder, Split, Train, Valid) = (all, split, train, valid);

    /// <summary>All photos.</summary>
    public ImageFolder Folder { get; }

    /// <summary>Which of them train and which are held out.</summary>
    public DataSplit Split { get; }

    /// <summary>The training side.</summary>
    public PhotoSource Train { get; }

    /// <summary>The held-out side.</summary>
    public PhotoSource Valid { get; }

    /// <summary>Shortest side of all photos in pixels.</summary>
    public int SmallestSide => Folder.Photos.Min(photo => Math.Min(photo.Width, photo.Height));

    /// <summary>Finds, or generates, the photos of an experiment and splits them.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="images">A folder of photos in place of the experiment's own; null for none.</param>
    /// <param name="log">Told in a sentence what is done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The photos.</returns>
    /// <exception cref="InputException">The folder is missing or empty, or a file in it is no image.</exception>
    public static RunData Open(Experiment experiment, string? images = null, Action<string>? log = null, CancellationToken cancellation = default)
    {
        DataOptions options = experiment.Data;
        string folder = images ?? (options.Source == "dead-leaves" ? Generate(experiment, log, cancellation) : InDataFolder(options.Source));
        ImageFolder all = ImageFolder.Scan(folder);
        if (options.MaxPhotos > 0 && all.Count > options.MaxPhotos)
        {
            int[] order = [.. Enumerable.Range(0, all.Count)];
            new RandomStream(experiment.Seed, "photos").Shuffle<int>(order);
            all = all.Subset(order.Take(options.MaxPhotos).Order());
        }

        DataSplit split = all.Split(experiment.Seed, options.ValidFraction);
        log?.Invoke($"{all.Count} photos in {LabFolders.Shown(folder)}: {split.Train.Count} train, {split.Valid.Count} are held out.");
        return new RunData(all, split, InMemory(split.Train), InMemory(split.Valid));
    }

    private static string InDataFolder(string source)
    {
        string folder = Path.IsPathRooted(source) ? source : Path.Combine(LabFolders.Data, source);
        return Directory.Exists(folder)
            ? folder
            : throw new InputException($"The photos of this experiment are not in {folder}; fetch them (see data/README.md), or give a folder of photos with --images.");
    }

    private static string Generate(Experiment experiment, Action<string>? log, CancellationToken cancellation)
    {
        DataOptions options = experiment.Data;
        string folder = Path.Combine(LabFolders.Data, "generated", $"dead-leaves-{options.GeneratedSize}px-{options.GeneratedCount}-seed{experiment.Seed}");
        int there = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.png").Count() : 0;
        if (there < options.GeneratedCount)
        {
            log?.Invoke($"Generating {options.GeneratedCount - there} dead-leaves images of {options.GeneratedSize} px in {LabFolders.Shown(folder)}.");
        }

        DeadLeaves.WriteFolder(folder, options.GeneratedCount, options.GeneratedSize, experiment.Seed, cancellation: cancellation);
        return folder;
    }

    /// <summary>Small sets are decoded once; large ones are read from their files, crop by crop.</summary>
    private static PhotoSource InMemory(ImageFolder folder)
    {
        long bytes = folder.Photos.Sum(photo => 3L * photo.Width * photo.Height);
        if (bytes > MemoryLimit)
        {
            return folder;
        }

        var images = new RgbImage[folder.Count];
        Parallel.For(0, images.Length, i => images[i] = folder.Read(i));
        return PhotoSource.FromImages(images);
    }
}
