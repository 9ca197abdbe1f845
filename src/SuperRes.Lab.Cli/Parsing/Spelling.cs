namespace SuperRes.Lab.Cli.Parsing;

/// <summary>Guesses what a mistyped word was meant to be.</summary>
internal static class Spelling
{
    /// <summary>The word that fewest changes lead to: letters added, left out, replaced, or swapped with their neighbour.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="words">What exists.</param>
    /// <returns>The nearest word; null where none is near.</returns>
    public static string? Nearest(string typed, IEnumerable<string> words)
    {
        var best = words.Select(word => (Word: word, Changes: Distance(typed, word))).OrderBy(c => c.Changes).FirstOrDefault();
        return best.Word is not null
            && best.Changes <= Math.Max(1, Math.Min(typed.TrimStart('-').Length, best.Word.TrimStart('-').Length) / 3) ? best.Word : null;
    }

    /// <summary>"; did you mean --scale?", or nothing.</summary>
    public static string Hint(string typed, IEnumerable<string> words) => Nearest(typed, words) is { } word ? $"; did you mean {word}?"
        : "";

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
