using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Photos;

/// <summary>
/// Photos in a folder for each class, as ImageNet is laid out (train/n01440764/n01440764_10026.JPEG). Only names are listed: headers are
/// read of those photos alone that are chosen, so that a small subset of a million photos is there in seconds.
/// </summary>
public sealed class ClassTree
{
    private readonly string _root;
    private readonly IReadOnlyList<IReadOnlyList<string>> _names;

    private ClassTree(string root, IReadOnlyList<string> classes, IReadOnlyList<IReadOnlyList<string>> names) =>
        (_root, Classes, _names) = (root, classes, names);

    /// <summary>The classes' folders in ordinal order.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Photos of all classes.</summary>
    public int Count => _names.Sum(names => names.Count);

    /// <summary>Lists a tree.</summary>
    /// <param name="folder">A folder of class folders, or one that holds such a folder called train.</param>
    /// <returns>The tree.</returns>
    /// <exception cref="InputException">The folder is missing, has no class folders, or a class has no photo.</exception>
    public static ClassTree Open(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"{folder} does not exist; a folder with a folder of photos for each class was expected.");
        }

        string root = Path.GetFullPath(folder), train = Path.Combine(root, "train");
        root = Directory.Exists(train) ? train : root;
        var options =
            new EnumerationOptions { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
        string[] classes =
            [.. Directory.EnumerateDirectories(root, "*", options).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        if (classes.Length == 0)
        {
            throw new InputException($"{root} has no folders within it; a folder of photos for each class was expected.");
        }

        string[][] names = [.. classes.Select(name => Directory.EnumerateFiles(Path.Combine(root, name), "*", options)
            .Where(ImageCodec.HasImageExtension).Select(file => $"{name}/{Path.GetFileName(file)}").Order(StringComparer.Ordinal)
                .ToArray())];
        int empty = Array.FindIndex(names, list => list.Length == 0);
        return empty < 0
            ? new ClassTree(root, classes, names)
            : throw new InputException($"The class folder {Path.Combine(root, classes[empty])} holds no image; remove it or put its "
                + $"photos there.");
    }

    /// <summary>All photos.</summary>
    /// <returns>A folder of them.</returns>
    /// <exception cref="InputException">More than 1 % are broken.</exception>
    public ImageFolder All() => ImageFolder.FromNames(_root, [.. _names.SelectMany(names => names)]);

    /// <summary>As many photos of each class, drawn by the seed. A larger subset of the same seed holds the smaller one.</summary>
    /// <param name="perClass">Photos of each class.</param>
    /// <param name="seed">The experiment's seed.</param>
    /// <returns>A folder of the chosen photos, class by class.</returns>
    /// <exception cref="InputException">A class has fewer; the message names the smallest one.</exception>
    public ImageFolder Subset(int perClass, long seed) => ImageFolder.FromNames(
        _root, Choose(_root, Classes.Zip(_names).SelectMany(one => one.Second.Select(name => (one.First, name))), perClass, seed));

    /// <summary>Chooses names of as many photos of each class.</summary>
    internal static IReadOnlyList<string> Choose(string root, IEnumerable<(string Class, string Name)> photos, int perClass, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perClass, 1);
        IGrouping<string, string>[] classes =
            [.. photos.GroupBy(photo => photo.Class, photo => photo.Name).OrderBy(one => one.Key, StringComparer.Ordinal)];
        if (classes.MinBy(one => one.Count()) is { } smallest && smallest.Count() < perClass)
        {
            throw new InputException(
                $"The class {smallest.Key} in {root} has {smallest.Count()} photos, fewer than the {perClass} wanted of each class; "
                    + $"choose at most {smallest.Count()}.");
        }

        var chosen = new List<string>();
        foreach (IGrouping<string, string> one in classes)
        {
            string[] names = [.. one];
            // Named after the class, so that another class more or less leaves this one's draw alone.
            new RandomStream(seed, "class " + one.Key).Shuffle<string>(names);
            chosen.AddRange(names.Take(perClass).Order(StringComparer.Ordinal));
        }

        return chosen;
    }
}
