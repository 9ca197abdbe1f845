using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Datasets;

/// <summary>A data set that the library knows: where it comes from, how it lies on the disk, and how its authors split it.</summary>
public sealed record Dataset
{
    /// <summary>Its name in commands and experiment files: "div2k", "flowers", "pets", "dead-leaves".</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required string Description { get; init; }

    /// <summary>Under which terms it may be used.</summary>
    public required string Licence { get; init; }

    /// <summary>Its authors' page.</summary>
    public required string Home { get; init; }

    /// <summary>Its folder within the data folder.</summary>
    public required string Folder { get; init; }

    /// <summary>What is fetched; empty for a set that is generated.</summary>
    public IReadOnlyList<DatasetFile> Files { get; init; } = [];

    /// <summary>Images when it is complete; 0 for as many as are wanted.</summary>
    public int Images { get; init; }

    /// <summary>Bytes to fetch.</summary>
    public long Bytes => Files.Sum(file => file.Size);

    /// <summary>Knows the set's images, its classes and its official split.</summary>
    internal DatasetLayout? Layout { get; init; }

    /// <summary>Where the set lies.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <returns>The folder, whether or not it is there.</returns>
    public string PathIn(string dataFolder) => Path.Combine(dataFolder, Folder);

    /// <summary>The set's images that are there, with class and side.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <returns>The images in ordinal order of their names.</returns>
    /// <exception cref="InputException">The set is not there (the message says how to get it), or its lists are damaged.</exception>
    public IReadOnlyList<PhotoSetItem> List(string dataFolder)
    {
        if (Layout is null)
        {
            throw new InputException($"{Name} is generated, not fetched; \"superres data synth\" makes its images.");
        }

        return IsThere(dataFolder) ? Layout.List(PathIn(dataFolder)) : throw Missing(dataFolder);
    }

    /// <summary>Whether images and lists are where they belong, fetched or put there by hand; some images may still be missing.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <returns>True where <see cref="List"/> has something to list.</returns>
    public bool IsThere(string dataFolder) => Layout?.IsThere(PathIn(dataFolder)) ?? false;

    /// <summary>Which of the set's files are there; hashes are not computed.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <returns>In the order of <see cref="Files"/>.</returns>
    public IReadOnlyList<DatasetFileState> States(string dataFolder) => [.. Files.Select(file => file.StateIn(PathIn(dataFolder)))];

    internal InputException Missing(string dataFolder) => new(
        $"The data set {Name} is not complete in {PathIn(dataFolder)}; run \"superres data fetch {Name}\", or {ByHand(dataFolder)}.");

    /// <summary>What to do where the network is closed.</summary>
    internal string ByHand(string dataFolder)
    {
        IEnumerable<DatasetFile> missing = Files.Where(file => file.StateIn(PathIn(dataFolder)) == DatasetFileState.Missing);
        return $"download on any machine {string.Join(", ", missing.Select(file => $"{file.Sources[0]} ({file.Size:N0} bytes)"))}, put "
            + $"the files as they are into "
            + $"{PathIn(dataFolder)} and run \"superres data fetch {Name}\", which then checks and unpacks them without a network";
    }
}
