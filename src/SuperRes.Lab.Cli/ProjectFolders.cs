namespace SuperRes.Lab.Cli;

/// <summary>Finds folders of the project, wherever the program is started: models, experiments, notebooks, data.</summary>
internal static class ProjectFolders
{
    /// <summary>
    /// The places of a folder, nearest first: under the working folder, in the checkout that the program was built in, beside the program.
    /// </summary>
    /// <param name="name">Such as "models".</param>
    /// <returns>Those that exist.</returns>
    public static IEnumerable<string> Find(string name)
        => new[] { Directory.GetCurrentDirectory(), Checkout(), AppContext.BaseDirectory }
            .OfType<string>().Select(root => Path.Combine(root, name)).Distinct(StringComparer.Ordinal).Where(Directory.Exists);

    /// <summary>The checkout that the program was built in; null for an installed one.</summary>
    public static string? Checkout()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SuperRes.Lab.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
