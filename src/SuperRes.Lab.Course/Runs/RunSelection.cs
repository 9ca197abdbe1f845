using System.IO.Enumeration;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Course;

/// <summary>The runs that names and patterns mean.</summary>
public static class RunSelection
{
    /// <summary>Replaces patterns by the runs in runs/ that they match.</summary>
    /// <param name="names">Run folders, names, or patterns with * and ?, such as quick-seed=*.</param>
    /// <returns>Names and folders, each once, in order.</returns>
    /// <exception cref="InputException">A pattern matches no run.</exception>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> names) =>
        [.. names.SelectMany(name => !name.AsSpan().ContainsAny("*?") || Directory.Exists(name) ? [name] : Matching(name))
            .Distinct(StringComparer.Ordinal)];

    private static string[] Matching(string pattern)
    {
        string[] found = !Directory.Exists(LabFolders.Runs) ? [] : [.. Directory.EnumerateDirectories(LabFolders.Runs)
            .Where(folder => File.Exists(Path.Combine(folder, "experiment.json")))
            .Select(folder => Path.GetFileName(folder))
            .Where(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
            .Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found
            : throw new InputException($"No run in {LabFolders.Shown(LabFolders.Runs)} matches {pattern}; `superres runs` names them all.");
    }
}
