using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Photos;

/// <summary>How a folder was listed, so that images that appear later are noticed.</summary>
internal sealed class FolderListing(string root, bool recursive)
{
    private HashSet<string> _known = [];

    public string Root => root;

    /// <summary>The folder's images in ordinal order.</summary>
    /// <param name="named">The folder as messages name it.</param>
    public IReadOnlyList<string> List(string named)
    {
        FolderImages found = ImageCodec.ListFolder(named, recursive);
        Note = found.Note;
        return found.Images;
    }

    /// <summary>What the last listing left out (<see cref="FolderImages.Note"/>).</summary>
    public string? Note { get; private set; }

    public void Know(IEnumerable<string> paths) => _known = paths.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);

    /// <summary>An image that was not there when the folder was listed; null where there is none.</summary>
    public string? FindNew() => List(root).FirstOrDefault(path => !_known.Contains(Path.GetFullPath(path)));
}
