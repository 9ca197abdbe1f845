namespace SuperRes.Lab.Photos;

/// <summary>
/// The sets of photos by the name that experiments give as their source. The library has none of its own: a program registers those that
/// it wants, such as the ones of SuperRes.Lab.Datasets.
/// </summary>
public static class PhotoSets
{
    private static readonly Registry<IPhotoSet> _sets = new("set of photos");

    /// <summary>The names, sorted.</summary>
    public static IReadOnlyList<string> Names => _sets.Names;

    /// <summary>Adds a set. An earlier one of that name is replaced.</summary>
    /// <param name="name">Its name in experiments, in lower case.</param>
    /// <param name="set">The set.</param>
    public static void Register(string name, IPhotoSet set) => _sets.Register(name, set);

    /// <summary>Looks a name up.</summary>
    /// <param name="name">Such as "div2k", in any case.</param>
    /// <returns>The set; null where none has that name.</returns>
    public static IPhotoSet? TryFind(string name) => _sets.TryGet(name.ToLowerInvariant(), out IPhotoSet? set) ? set : null;
}
