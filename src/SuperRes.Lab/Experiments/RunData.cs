using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Experiments;

/// <summary>
/// The photos of a run: found or generated, and split so that nothing that is held out, nor what looks like it, is trained on. Training
/// reads them from a pair cache in the data folder, which is made when a stage first asks for it and used again by every later run.
/// </summary>
public sealed class RunData : IDisposable
{
    private readonly Experiment _experiment;
    private readonly Action<string>? _log;
    private readonly Dictionary<string, PairCache> _caches = new(StringComparer.Ordinal);

    private RunData(Experiment experiment, ImageFolder all, DataSplit split, Action<string>? log) =>
        (_experiment, Folder, Split, _log) = (experiment, all, split, log);

    /// <summary>All photos.</summary>
    public ImageFolder Folder { get; }

    /// <summary>Which of them train and which are held out.</summary>
    public DataSplit Split { get; }

    /// <summary>The training side, as it lies in its files.</summary>
    public PhotoSource Train => Split.Train;

    /// <summary>The held-out side, as it lies in its files.</summary>
    public PhotoSource Valid => Split.Valid;

    /// <summary>Shortest side of all photos in pixels.</summary>
    public int SmallestSide => Folder.Photos.Min(photo => photo.ShorterSide);

    /// <summary>Finds, or generates, the photos of an experiment and splits them.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="images">A folder of photos in place of the experiment's own; null for none.</param>
    /// <param name="log">Gets a sentence about what is done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <param name="progress">Hears about each photo that is looked at for near-duplicates.</param>
    /// <returns>The photos; the caller disposes them.</returns>
    /// <exception cref="InputException">
    /// Photos are missing (the message says how to get them), or more than 1 % of them are broken.
    /// </exception>
    public static RunData Open(
        Experiment experiment, string? images = null, Action<string>? log = null, CancellationToken cancellation = default,
            IProgress<PrepareProgress>? progress = null)
    {
        DataOptions options = experiment.Data;
        PhotoChoice choice = PhotoChoice.Of(experiment, images, log, cancellation);
        ImageFolder all = choice.Photos;
        if (options.MaxPhotos > 0 && choice.IsValid is null)
        {
            all = Draw(all, options.MaxPhotos, experiment.Seed);
        }

        string memory = Path.Combine(CacheFolder, $"looks-{Key(all.Root)}.json");
        ImageFolder sound = PhotoHashes.Of(all, memory, out ulong[] hashes, progress, cancellation);
        DataSplit split = choice.IsValid is { } isValid
            ? PhotoSplit.Official(sound, isValid, NearDuplicates.Group(hashes))
            : sound.Count < 2
                ? throw new InputException($"{sound.Root} holds {sound.Count} photo that can be used; a split into training and "
                    + $"validation needs at least 2.")
                : PhotoSplit.Random(sound, experiment.Seed, options.ValidFraction, NearDuplicates.Group(hashes));
        if (options.MaxPhotos > 0 && choice.IsValid is not null)
        {
            split = split with { Train = Draw(split.Train, options.MaxPhotos, experiment.Seed) };
        }

        LogPhotos(sound, split, log);
        return new RunData(experiment, sound, split, log);
    }

    /// <summary>Side of the crops of a stage: its size, or the largest that fits the photos where the experiment allows it.</summary>
    /// <param name="size">The stage's size.</param>
    /// <returns>Pixels.</returns>
    /// <exception cref="InputException">A photo is smaller, and the experiment neither leaves it out nor allows smaller crops.</exception>
    public int CropSize(int size)
    {
        DataOptions options = _experiment.Data;
        if (options.LeaveOutSmall && Split.Train.Photos.Any(photo => photo.ShorterSide >= size) && Split.Valid.Photos.Any(
            photo => photo.ShorterSide >= size))
        {
            return size;
        }

        int side = SmallestSide;
        if (options.FitCrops && side < size && side >= 32)
        {
            return side / 32 * 32;
        }

        Folder.RequireSize(size);
        return size;
    }

    /// <summary>The training side as a stage reads it: decoded into the stage's cache, which is made where it is missing or old.</summary>
    /// <param name="cropSize">Side of the stage's crops.</param>
    /// <param name="progress">Hears about each photo that is decoded.</param>
    /// <param name="cancellation">Ends the preparation.</param>
    /// <returns>The cache; it lives as long as this object.</returns>
    /// <exception cref="InputException">More than 1 % of the photos are broken, or the cache can't be written.</exception>
    public PairCache TrainFor(int cropSize, IProgress<PrepareProgress>? progress = null, CancellationToken cancellation = default) =>
        CacheOf(Split.Train, "train", cropSize, progress, cancellation);

    /// <summary>The held-out side as a stage reads it.</summary>
    /// <param name="cropSize">Side of the stage's crops.</param>
    /// <param name="progress">Hears about each photo that is decoded.</param>
    /// <param name="cancellation">Ends the preparation.</param>
    /// <returns>The cache; it lives as long as this object.</returns>
    /// <exception cref="InputException">As for <see cref="TrainFor"/>.</exception>
    public PairCache ValidFor(int cropSize, IProgress<PrepareProgress>? progress = null, CancellationToken cancellation = default) =>
        CacheOf(Split.Valid, "valid", cropSize, progress, cancellation);

    /// <summary>Closes the caches.</summary>
    public void Dispose()
    {
        foreach (PairCache cache in _caches.Values)
        {
            cache.Dispose();
        }

        _caches.Clear();
    }

    /// <summary>Where caches are kept; it can be deleted at any time.</summary>
    internal static string CacheFolder => Path.Combine(LabFolders.Data, "cache");

    private PairCache CacheOf(
        ImageFolder side, string name, int cropSize, IProgress<PrepareProgress>? progress, CancellationToken cancellation)
    {
        DataOptions options = _experiment.Data;
        bool chooses = options.LeaveOutSmall && side.Photos.Any(photo => photo.ShorterSide < cropSize);
        ImageFolder used = chooses ? side.Where(photo => photo.ShorterSide >= cropSize) : side;
        PairCacheOptions kept = options.Cache.For(cropSize, _experiment.Seed).Essence;
        string path = Path.Combine(CacheFolder, FolderName(), $"{name}-{Describe(kept)}{(chooses ? $"-from{cropSize}" : "")}.pairs");
        if (_caches.TryGetValue(path, out PairCache? known))
        {
            return known;
        }

        if (chooses)
        {
            _log?.Invoke($"{side.Count - used.Count} of the {side.Count} photos to {(name == "train" ? "train" : "validate")} are smaller "
                + $"than {cropSize} px and left out at that size.");
        }

        PairCache cache = PairCache.Prepare(used, kept, path, progress, cancellation);
        _caches.Add(path, cache);
        return cache;
    }

    /// <summary>Experiments that divide the same photos alike share their caches; others have a folder of their own.</summary>
    private string FolderName()
    {
        DataOptions options = _experiment.Data;
        string division = string.Create(CultureInfo.InvariantCulture,
            $"{options.Split} {_experiment.Seed} {options.ValidFraction} {options.MaxPhotos} {options.PerClass}");
        return $"{Path.GetFileName(Folder.Root)}-{Key(Folder.Root + "\n" + division)}";
    }

    private static string Describe(PairCacheOptions kept) => kept.Content switch
    {
        CacheContent.Original => "original",
        CacheContent.Resized => $"resized-{kept.KeptSide}px",
        _ => $"crops-{kept.CropsPerImage}x{kept.KeptSide}px",
    };

    private static string Key(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];

    private static ImageFolder Draw(ImageFolder photos, int count, long seed)
    {
        if (photos.Count <= count)
        {
            return photos;
        }

        int[] order = [.. Enumerable.Range(0, photos.Count)];
        new RandomStream(seed, "photos").Shuffle<int>(order);
        return photos.Subset(order.Take(count).Order());
    }

    private static void LogPhotos(ImageFolder photos, DataSplit split, Action<string>? log)
    {
        if (photos.Broken.Count > 0)
        {
            log?.Invoke($"{photos.Broken.Count} {(photos.Broken.Count == 1 ? "file" : "files")} can't be used and "
                + $"{(photos.Broken.Count == 1 ? "is" : "are")} left out: "
                + $"{string.Join(" ", photos.Broken.Take(5).Select(broken => broken.Reason))}");
        }

        if (photos.LeftOutNote is { } note)
        {
            log?.Invoke(note);
        }

        string leftOut = split.LeftOut.Count > 0 ? $"; {split.LeftOut.Count} that look like one of those are used on neither side" : "";
        log?.Invoke($"{photos.Count} photos in {LabFolders.Shown(photos.Root)}: {split.Train.Count} train, {split.Valid.Count} are held "
            + $"out{leftOut}.");
    }
}
