namespace SuperRes.Lab.Experiments;

/// <summary>Where things lie: in the checkout that holds the working folder or the program, otherwise in the working folder.</summary>
public static class LabFolders
{
    /// <summary>The checkout's root, or the working folder.</summary>
    public static string Root { get; } = FindAbove(Directory.GetCurrentDirectory()) ?? FindAbove(AppContext.BaseDirectory)
        ?? FindAbove(Path.GetDirectoryName(typeof(LabFolders).Assembly.Location) ?? ".") ?? Directory.GetCurrentDirectory();

    /// <summary>Data sets and generated images: SUPERRES_DATA, otherwise data/.</summary>
    public static string Data => Named("SUPERRES_DATA", "data");

    /// <summary>Run folders: SUPERRES_RUNS, otherwise runs/.</summary>
    public static string Runs => Named("SUPERRES_RUNS", "runs");

    /// <summary>Experiment files: experiments/, in the checkout or beside an installed program.</summary>
    public static string Experiments => Here("experiments");

    /// <summary>Small trained models that come with the project: models/, in the checkout or beside an installed program.</summary>
    public static string Models => Here("models");

    /// <summary>A path as people should see it: relative to <see cref="Root"/> where it lies within.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The shorter path, or the same.</returns>
    public static string Shown(string path)
    {
        string full = Path.GetFullPath(path);
        return full.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? full[(Root.Length + 1)..] : path;
    }

    private static string Named(string variable, string folder) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named ? Path.GetFullPath(named) : Path.Combine(Root, folder);

    private static string Here(string folder)
    {
        string inRoot = Path.Combine(Root, folder), installed = Path.Combine(AppContext.BaseDirectory, folder);
        return !Directory.Exists(inRoot) && Directory.Exists(installed) ? installed : inRoot;
    }

    private static string? FindAbove(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SuperRes.Lab.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
