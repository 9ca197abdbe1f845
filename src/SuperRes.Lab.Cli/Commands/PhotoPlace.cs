using System.CommandLine;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Cli.Commands;

/// <summary>An argument that is a folder of photos or the name of a data set.</summary>
internal sealed class PhotoPlace
{
    public Argument<string> Argument { get; } =
        new("DIR") { HelpName = "DIR", Description = "A folder of photos, or a name from \"superres data list\"." };

    /// <summary>What was given.</summary>
    /// <exception cref="InputException">The folder or the data set is not there.</exception>
    public Photos Find(ParseResult parsed)
    {
        string given = parsed.GetRequiredValue(Argument);
        if (!Directory.Exists(given) && DatasetCatalog.TryFind(given) is { Files.Count: > 0 } set)
        {
            return new Photos(Path.GetFullPath(set.PathIn(LabFolders.Data)), [.. set.List(LabFolders.Data).Select(item => item.Name)], set);
        }

        return Directory.Exists(given)
            ? new Photos(Path.TrimEndingDirectorySeparator(Path.GetFullPath(given)), null, null)
            : throw new InputException($"{given} is neither a folder nor a data set of the list "
                + $"({string.Join(", ", DatasetCatalog.All.Where(one => one.Files.Count > 0).Select(one => one.Name))}).");
    }

    /// <summary>The photos.</summary>
    /// <param name="Folder">Their folder.</param>
    /// <param name="Names">Their names in it; null for all that are there.</param>
    /// <param name="Set">The data set; null for a plain folder.</param>
    internal sealed record Photos(string Folder, IReadOnlyList<string>? Names, Dataset? Set)
    {
        public ImageFolder Open() => Names is null ? ImageFolder.Scan(Folder, recursive: true) : ImageFolder.FromNames(Folder, Names);
    }
}
