namespace SuperRes.Lab;

/// <summary>
/// Keys that a record's section may hold and that mean nothing to it, those of an earlier version and an editor's; they are read over and
/// not written.
/// </summary>
/// <param name="names">The keys as they stand in files.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class FormerKeysAttribute(params string[] names) : Attribute
{
    /// <summary>The keys as they stand in files.</summary>
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>
    /// The one value, as JSON, that earlier versions could write there; any other is refused. Default null: any value is read over.
    /// </summary>
    public string? Value { get; init; }
}
