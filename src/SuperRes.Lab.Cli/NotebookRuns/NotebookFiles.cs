using System.CommandLine;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Cli.NotebookRuns;

/// <summary>The notebooks that a command works on.</summary>
internal static class NotebookFiles
{
    public const string DefaultOutput = "notebooks-out";

    /// <summary>The argument that all commands on notebooks have.</summary>
    public static Argument<string[]> Argument() => new("FILE")
    {
        HelpName = "FILE",
        Description = "Notebooks, or folders of notebooks. Default: those in notebooks/.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Files as they are, folders as the notebooks in them, in order of their names.</summary>
    /// <exception cref="InputException">One doesn't exist, or a folder holds no notebook.</exception>
    public static string[] Expand(string[]? files)
        => [.. (files is { Length: > 0 } ? files : [Path.Combine(LabFolders.Root, "notebooks")]).SelectMany(InFolder)];

    private static IEnumerable<string> InFolder(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw new InputException($"{path} does not exist; give notebooks (.ipynb) or folders of notebooks.");
        }

        string[] found = [.. Directory.EnumerateFiles(path, "*.ipynb").Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found
            : throw new InputException($"{path} holds no notebook (.ipynb); name notebooks, or a folder that has some directly in it.");
    }
}
