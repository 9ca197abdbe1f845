namespace SuperRes.Lab.Cli.Trainings;

/// <summary>One run of a sweep.</summary>
/// <param name="Name">What distinguishes it from the others, such as "seed=1"; empty where nothing is swept.</param>
/// <param name="Settings">Its changes, one value each.</param>
internal sealed record SweepPoint(string Name, IReadOnlyList<string> Settings);

/// <summary>Several values for a key of an experiment: a run for each, and for several such keys one for each combination.</summary>
internal static class Sweep
{
    private const string Opening = "([{", Closing = ")]}";

    /// <summary>Takes changes apart.</summary>
    /// <param name="settings">
    /// Changes such as seed=1,2,3 or model.width=0.5; commas within brackets, braces, parentheses and quotes belong to a value, as in
    /// slice(1e-6,1e-4).
    /// </param>
    /// <returns>Every combination, the last key changing fastest; one where nothing is swept.</returns>
    /// <exception cref="InputException">A value is empty, or there twice.</exception>
    public static IReadOnlyList<SweepPoint> Expand(IEnumerable<string> settings)
    {
        List<SweepPoint> points = [new("", [])];
        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            IReadOnlyList<string> values = equals < 0 ? [] : Values(setting[(equals + 1)..]);
            if (values.Count > 1 && values.Any(string.IsNullOrWhiteSpace))
            {
                throw new InputException($"--set {setting} has an empty value; write key=a,b,c.");
            }

            if (values.GroupBy(value => value, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                throw new InputException($"--set {setting} has {twice.Key} twice; give each value once.");
            }

            points = values.Count < 2
                ? [.. points.Select(point => point with { Settings = [.. point.Settings, setting] })]
                : [.. points.SelectMany(point => values.Select(value => With(point, setting[..equals], value)))];
        }

        return points;
    }

    /// <summary>The values between the commas that stand outside of brackets and quotes.</summary>
    internal static IReadOnlyList<string> Values(string text)
    {
        var values = new List<string>();
        int depth = 0, start = 0;
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            quoted ^= text[i] == '"' && (i == 0 || text[i - 1] != '\\');
            if (quoted)
            {
                continue;
            }

            depth += Opening.Contains(text[i], StringComparison.Ordinal) ? 1 : Closing.Contains(text[i], StringComparison.Ordinal) ? -1 : 0;
            if (text[i] == ',' && depth == 0)
            {
                values.Add(text[start..i].Trim());
                start = i + 1;
            }
        }

        values.Add(text[start..].Trim());
        return values;
    }

    private static SweepPoint With(SweepPoint point, string key, string value)
    {
        // Stages' keys are distinguished by their number: stages.0.epochs.
        string name = $"{(key.StartsWith("stages.", StringComparison.Ordinal) ? key : key.Split('.')[^1])}={value}";
        string safe =
            string.Concat(name.Select(
            letter => char.IsAsciiLetterOrDigit(letter) || ".=-+".Contains(letter, StringComparison.Ordinal) ? letter : '_')).Trim('_');
        return new(point.Name.Length == 0 ? safe : $"{point.Name}-{safe}", [.. point.Settings, $"{key}={value}"]);
    }
}
