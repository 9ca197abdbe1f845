namespace SuperRes.Lab.Losses;

/// <summary>The loss terms of one's own by name. The library has none beside pixels, features and grams.</summary>
public static class LossTermRegistry
{
    private static readonly string[] _reserved = ["pixel", "mask"];
    private static readonly Registry<LossTerm> _terms = new("loss term");

    /// <summary>All names, sorted.</summary>
    public static IReadOnlyList<string> Names => _terms.Names;

    /// <summary>
    /// Adds a term: from then on experiment files may name it. An earlier one of that name is replaced, so that a notebook's cell can run
    /// again.
    /// </summary>
    /// <param name="term">The term.</param>
    /// <exception cref="ArgumentException">The name is empty, or that of a term of the library's.</exception>
    public static void Register(LossTerm term)
    {
        ArgumentNullException.ThrowIfNull(term);
        if (_reserved.Contains(term.Name, StringComparer.Ordinal) || term.Name.Contains('_', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"\"{term.Name}\" is no name for a loss term; use letters and digits, and neither pixel nor mask.", nameof(term));
        }

        _terms.Register(term.Name, term);
        OptionsJson.Renew();
    }

    internal static LossTerm Get(string name) => _terms.Get(name, "loss.terms");

    internal static IEnumerable<LossTerm> All => _terms.Entries;
}
