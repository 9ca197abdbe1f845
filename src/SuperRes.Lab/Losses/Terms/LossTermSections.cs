using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Losses;

/// <summary>The terms of one's own that a loss adds, by name: each a section with its options.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LossTermSections : IOptionSections
{
    private ImmutableSortedDictionary<string, LossTermOptions> _terms =
        ImmutableSortedDictionary.Create<string, LossTermOptions>(StringComparer.Ordinal);

    IEnumerable<(string Name, Type Type)> IOptionSections.Sections => LossTermRegistry.All.Select(term => (term.Name, term.OptionsType));

    /// <summary>The terms' names, sorted.</summary>
    [JsonIgnore]
    public IEnumerable<string> Names => _terms.Keys;

    /// <summary>The options of a term that the loss adds.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InputException">No term is registered by the name that is set.</exception>
    /// <exception cref="KeyNotFoundException">The loss has no such term.</exception>
    /// <exception cref="ArgumentException">The options are another term's.</exception>
    public LossTermOptions this[string name]
    {
        get => _terms[name];
        init => Set(name, value);
    }

    /// <inheritdoc/>
    public bool Equals(LossTermSections? other) => other is not null && _terms.SequenceEqual(other._terms);

    /// <inheritdoc/>
    public override int GetHashCode() => _terms.Count;

    object? IOptionSections.GetSection(string name) => _terms.GetValueOrDefault(name);

    void IOptionSections.SetSection(string name, object section) => Set(name, (LossTermOptions)section);

    private void Set(string name, LossTermOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Type expected = LossTermRegistry.Get(name).OptionsType;
        if (options.GetType() != expected)
        {
            throw new ArgumentException(
                $"The loss term \"{name}\" takes {expected.Name}; {options.GetType().Name} was given.", nameof(options));
        }

        _terms = _terms.SetItem(name, options);
    }
}
