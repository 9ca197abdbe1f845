using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace SuperRes.Lab;

/// <summary>
/// Things of one kind that experiment files speak of by name, such as networks: the library's own, and those that a program adds.
/// </summary>
/// <typeparam name="T">What is kept under a name.</typeparam>
public sealed class Registry<T>
    where T : class
{
    private readonly string _kind;
    private readonly HashSet<string> _own;
    private readonly ConcurrentDictionary<string, T> _entries = new(StringComparer.Ordinal);

    /// <summary>Creates a registry with the library's own entries.</summary>
    /// <param name="kind">What the entries are, in the singular, for messages: "network".</param>
    /// <param name="own">The library's entries, whose names can't be taken.</param>
    public Registry(string kind, params IEnumerable<(string Name, T Entry)> own)
    {
        _kind = kind;
        foreach ((string name, T entry) in own)
        {
            _entries[name] = entry;
        }

        _own = [.. _entries.Keys];
    }

    /// <summary>All names, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _entries.Keys.Order(StringComparer.Ordinal)];

    /// <summary>All entries, each once, in the order of their first names.</summary>
    public IReadOnlyList<T> Entries => [.. Names.Select(name => _entries[name]).Distinct()];

    /// <summary>Adds an entry. An earlier one of that name is replaced, so that a notebook's cell can run again.</summary>
    /// <param name="name">Its name in experiment files.</param>
    /// <param name="entry">The entry.</param>
    /// <exception cref="ArgumentException">The name is empty, or one of the library's own.</exception>
    public void Register(string name, T entry)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (_own.Contains(name))
        {
            throw new ArgumentException($"The {_kind} \"{name}\" is the library's own; register yours under another name.", nameof(name));
        }

        _entries[name] = entry;
    }

    /// <summary>Looks a name up.</summary>
    /// <param name="name">The name.</param>
    /// <param name="entry">What is kept under it.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out T? entry) => _entries.TryGetValue(name, out entry);

    /// <summary>Looks a name up that a person wrote.</summary>
    /// <param name="name">The name.</param>
    /// <param name="where">Where it was written, such as "tiny.json: $.model.body".</param>
    /// <returns>What is kept under it.</returns>
    /// <exception cref="InputException">There is none; the message lists the names.</exception>
    public T Get(string name, string where) => TryGet(name, out T? entry) ? entry : throw new InputException($"{where}: {Unknown(name)}.");

    /// <summary>The sentence about a name that is not here, without the place and the full stop.</summary>
    /// <param name="name">The name.</param>
    /// <returns>What was found and what there is.</returns>
    public string Unknown(string name) => $"there is no {_kind} \"{name}\"" + (_entries.IsEmpty
        ? "; none is registered: a program registers its own, and a plug-in is named by --plugin"
        : $"; use one of {string.Join(", ", Names)}");
}
