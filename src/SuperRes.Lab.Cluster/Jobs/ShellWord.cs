namespace SuperRes.Lab.Cluster;

/// <summary>Words of a command line as a person would type them.</summary>
internal static class ShellWord
{
    /// <summary>A word that a shell reads back as it is.</summary>
    /// <param name="word">The word.</param>
    public static string Quote(string word) => word.Length > 0 && !word.AsSpan().ContainsAny(" \t\n'\"$*?[]{}()&;<>|\\`!#~")
        ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Several words.</summary>
    /// <param name="words">The words.</param>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));
}
