using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>All texts that a session ran, by the name that stack traces give them.</summary>
/// <param name="folder">The notebook's folder, from which <c>#load</c> counts.</param>
internal sealed class ScriptSources(string folder) : SourceFileResolver(ImmutableArray<string>.Empty, folder)
{
    private readonly Dictionary<string, ScriptFile> _files = new(StringComparer.Ordinal);

    public void Add(ScriptFile file) => _files[file.Name] = file;

    public bool Contains(string name) => _files.ContainsKey(name);

    public string Title(string name) => _files.TryGetValue(name, out ScriptFile? file) ? file.Title : Path.GetFileName(name);

    /// <summary>Leaves the names of cells as they are: made into paths, they would reveal the machine's folders in every stack
    /// trace.</summary>
    public override string? NormalizePath(string path, string? baseFilePath) =>
        Contains(path) ? path : base.NormalizePath(path, baseFilePath);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
