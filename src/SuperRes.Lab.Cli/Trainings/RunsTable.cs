using SuperRes.Lab.Show;

namespace SuperRes.Lab.Cli.Trainings;

/// <summary>A table of runs that fits a terminal: what they reached, and as many of the keys in which they differ as have room.</summary>
internal static class RunsTable
{
    private const int MostCell = 18, MostName = 34, Gap = 2;
    private static readonly string[] _always = ["run", "epochs", "psnr (dB)", "ssim", "valid_loss", "time"];

    /// <summary>What a person who compares runs wants to see first.</summary>
    private static readonly string[] _first =
        ["seed", "model", "loss", "start", "stages", "training", "optimizer", "data.source", "precision"];

    /// <summary>Narrows a table.</summary>
    /// <param name="whole">Everything that is known of the runs.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <returns>The table, and how many keys have no place in it.</returns>
    public static (Table Table, IReadOnlyList<string> LeftOut) Fit(Table whole, int width)
    {
        int[] differing = [.. Enumerable.Range(0, whole.Columns.Count).Where(i => i >= Fixed(whole))
            .OrderBy(i => Rank(whole.Columns[i])).ThenBy(i => whole.Columns[i].Count(letter => letter == '.'))];
        List<int> shown = [.. _always.Select(name => IndexOf(whole, name)).Where(i => i >= 0)];
        int used = shown.Sum(i => Width(whole, i) + Gap) - Gap;
        var leftOut = new List<string>();
        foreach (int i in differing)
        {
            int more = Width(whole, i) + Gap;
            if (used + more <= width)
            {
                shown.Add(i);
                used += more;
            }
            else
            {
                leftOut.Add(whole.Columns[i]);
            }
        }

        return (new Table([.. shown.Select(i => Title(whole, i))],
            [.. whole.Rows.Select(row => (IReadOnlyList<object?>)
                [.. shown.Select(i => (object?)Short(row[i], i == 0 ? MostName : MostCell))])]), leftOut);
    }

    /// <summary>How many columns say what was reached; the keys in which the experiments differ follow.</summary>
    private static int Fixed(Table whole) => IndexOf(whole, "time") + 1;

    private static int Rank(string key)
    {
        int rank = Array.FindIndex(_first, start => key.StartsWith(start, StringComparison.Ordinal));
        return rank < 0 ? _first.Length : rank;
    }

    private static int Width(Table whole, int column) => Math.Max(Title(whole, column).Length,
        whole.Rows.Select(row => Short(row[column], column == 0 ? MostName : MostCell).Length).DefaultIfEmpty(0).Max());

    /// <summary>The end of a key, as long as no other column ends alike.</summary>
    private static string Title(Table whole, int column)
    {
        string[] parts = whole.Columns[column].Split('.');
        string last = parts[^1];
        bool isAlone = whole.Columns.Count(other => other == last || other.EndsWith("." + last, StringComparison.Ordinal)) == 1;
        return column < Fixed(whole) || isAlone ? last : string.Join('.', parts.TakeLast(parts[0] == "stages" ? 3 : 2));
    }

    private static int IndexOf(Table whole, string title) =>
        whole.Columns.Index().Where(c => c.Item == title).Select(c => c.Index).FirstOrDefault(-1);

    private static string Short(object? value, int most)
    {
        string text = value?.ToString() ?? "";
        return text.Length <= most ? text
            : string.Concat(text.AsSpan(0, (most / 2) - 1), "…", text.AsSpan(text.Length - (most - (most / 2))));
    }
}
