namespace SuperRes.Lab.Photos;

/// <summary>A set of photos that an experiment can name as its source, in place of a folder; see <see cref="PhotoSets"/>.</summary>
public interface IPhotoSet
{
    /// <summary>Whether its authors divide it into training and validation.</summary>
    bool HasOfficialSplit { get; }

    /// <summary>How many photos an experiment gets, without looking into them.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="request">What the experiment asks for.</param>
    /// <returns>The number, and what to call the photos; where they are not there yet, the words say how to get them.</returns>
    (int Count, string Words) Expect(string dataFolder, PhotoSetRequest request);

    /// <summary>The photos; a set that is generated is drawn where it is not there.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="request">What the experiment asks for.</param>
    /// <param name="log">Receives a line where something is made; null for nobody.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>Their folder, and the photos in ordinal order of their names.</returns>
    /// <exception cref="InputException">They are not there (the message says how to get them), or can't be made.</exception>
    (string Root, IReadOnlyList<PhotoSetItem> Items) Open(
        string dataFolder, PhotoSetRequest request, Action<string>? log, CancellationToken cancellation);
}

/// <summary>What an experiment asks of a set of photos.</summary>
/// <param name="Official">Whether the authors' split is used; otherwise the experiment divides what it gets itself.</param>
/// <param name="Count">Photos, for a set that is generated.</param>
/// <param name="Size">Their side in pixels, for a set that is generated.</param>
/// <param name="Seed">Their seed, for a set that is generated.</param>
public sealed record PhotoSetRequest(bool Official, int Count, int Size, long Seed);

/// <summary>A photo of a set.</summary>
/// <param name="Name">Path within the set's folder, with forward slashes.</param>
/// <param name="Class">What it shows, as the set's authors labelled it; null where there is no label.</param>
/// <param name="Side">Where the authors put it.</param>
public sealed record PhotoSetItem(string Name, string? Class, SplitSide Side);

/// <summary>The side of an official split.</summary>
public enum SplitSide
{
    /// <summary>In none of the authors' lists.</summary>
    None,

    /// <summary>For training.</summary>
    Train,

    /// <summary>For measuring while training.</summary>
    Valid,

    /// <summary>For measuring at the end.</summary>
    Test,
}
