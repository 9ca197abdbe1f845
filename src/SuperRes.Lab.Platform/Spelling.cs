namespace SuperRes.Lab;

/// <summary>Guesses what a mistyped word was meant to be.</summary>
internal static class Spelling
{
    private const int MostWords = 3;

    /// <summary>The word that fewest changes lead to: letters added, left out, replaced, or swapped with their neighbour.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="words">What exists.</param>
    /// <returns>The nearest word; null where none is near.</returns>
    public static string? Nearest(string typed, IEnumerable<string> words)
    {
        var best = words.Select(word => (Word: word, Changes: Distance(typed, word))).OrderBy(c => c.Changes).FirstOrDefault();
        return best.Word is not null && best.Changes <= MostChanges(typed.TrimStart('-'), best.Word.TrimStart('-')) ? best.Word : null;
    }

    /// <summary>"; did you mean --scale?", or nothing.</summary>
    public static string Hint(string typed, IEnumerable<string> words) => Nearest(typed, words) is { } word ? $"; did you mean {word}?"
        : "";

    /// <summary>
    /// The keys that a mistyped one may mean: those that are near whatever their case and hyphens, that hold it or begin it, and those
    /// whose words begin with its letters (lr for learningRate).
    /// </summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="keys">The keys that exist, in camelCase.</param>
    /// <returns>The nearest first, three at most; none where none is near.</returns>
    public static IReadOnlyList<string> NearKeys(string typed, IEnumerable<string> keys)
    {
        string plain = Plain(typed);
        return [.. keys.Distinct(StringComparer.Ordinal)
            .Select(key => (Key: key, Changes: Changes(plain, Plain(key), Initials(key))))
            .Where(near => near.Changes is not null)
            .OrderBy(near => near.Changes).ThenBy(near => near.Key.Length).ThenBy(near => near.Key, StringComparer.Ordinal)
            .Take(MostWords).Select(near => near.Key)];
    }

    /// <summary>Changes between two keys; null where they are not near.</summary>
    private static int? Changes(string typed, string key, string initials)
    {
        int changes = Distance(typed, key);
        bool isPart = typed.Length > 2 && (key.Contains(typed, StringComparison.Ordinal)
            || (key.Length > 2 && typed.Contains(key, StringComparison.Ordinal)));
        bool isShort = typed.Length > 1 && typed == initials;
        return changes <= MostChanges(typed, key) || isPart || isShort ? changes : null;
    }

    private static int MostChanges(string a, string b) => Math.Max(1, Math.Min(a.Length, b.Length) / 3);

    private static string Plain(string key) => string.Concat(key.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static string Initials(string key) =>
        string.Concat(key.Where((letter, i) => i == 0 || char.IsUpper(letter))).ToLowerInvariant();

    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(table[i - 1, j], table[i, j - 1]) + 1,
                    table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[a.Length, b.Length];
    }
}
