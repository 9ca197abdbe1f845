using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Photos;

/// <summary>The photos of a folder, listed once with their sizes; files that are no readable image are set aside.</summary>
public sealed class ImageFolder : PhotoSource
{
    /// <summary>Share of broken files beyond which the folder is refused.</summary>
    public const double ToleratedBrokenShare = 0.01;

    private readonly FolderListing? _listing;

    private ImageFolder(string root, IReadOnlyList<PhotoFile> photos, IReadOnlyList<BrokenImage> broken, FolderListing? listing)
    {
        (Root, Photos, Broken, _listing) = (root, photos, broken, listing);
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The photos in ordinal order of their names.</summary>
    public IReadOnlyList<PhotoFile> Photos { get; }

    /// <summary>Files with an image's extension whose header can't be read.</summary>
    public IReadOnlyList<BrokenImage> Broken { get; }

    /// <summary>One sentence about images of kinds that are not read, which lie in the folder; null where there are none.</summary>
    public string? LeftOutNote => _listing?.Note;

    /// <inheritdoc/>
    public override int Count => Photos.Count;

    /// <summary>Lists a folder's photos and reads their headers, in parallel.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether folders within it are listed too; links to folders are not followed. Default false.</param>
    /// <returns>The photos.</returns>
    /// <exception cref="InputException">The folder is missing, holds no image, or more than 1 % of its images are broken.</exception>
    public static ImageFolder Scan(string folder, bool recursive = false)
    {
        var listing = new FolderListing(Path.GetFullPath(folder), recursive);
        return Read(listing.Root, listing.List(folder), listing);
    }

    /// <summary>Reads the headers of named photos, in parallel.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="names">Paths within it, with forward slashes.</param>
    /// <returns>The photos in the order of the names.</returns>
    /// <exception cref="InputException">There is no name, or more than 1 % of the images are missing or broken.</exception>
    public static ImageFolder FromNames(string folder, IReadOnlyList<string> names)
    {
        string root = Path.GetFullPath(folder);
        return names.Count > 0
            ? Read(root, [.. names.Select(name => Path.Combine(root, name))], listing: null)
            : throw new InputException($"No image of {folder} was chosen; choose at least one.");
    }

    private string Hash(Func<PhotoFile, string> describe)
    {
        var text = new StringBuilder();
        foreach (PhotoFile photo in Photos)
        {
            text.Append(photo.Name).Append('\0').Append(describe(photo)).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static ImageFolder Read(string root, IReadOnlyList<string> paths, FolderListing? listing)
    {
        var photos = new PhotoFile?[paths.Count];
        var broken = new ConcurrentBag<BrokenImage>();
        ParallelWork.For(paths.Count, i =>
        {
            string name = Path.GetRelativePath(root, Path.GetFullPath(paths[i])).Replace('\\', '/');
            try
            {
                var file = new FileInfo(paths[i]);
                ImageInfo info = ImageCodec.ReadHeader(paths[i]);
                photos[i] = new PhotoFile(file.FullName, name, info.Width, info.Height, file.Length, file.LastWriteTimeUtc);
            }
            catch (InputException e)
            {
                broken.Add(new BrokenImage(name, e.Message));
            }
        });
        List<BrokenImage> aside = [.. broken.OrderBy(b => b.Name, StringComparer.Ordinal)];
        CheckBroken(root, aside, paths.Count);
        listing?.Know(paths);
        return new ImageFolder(root, [.. photos.OfType<PhotoFile>()], aside, listing);
    }

    /// <summary>A part of the folder.</summary>
    /// <param name="indices">Which photos, in the order wanted.</param>
    /// <returns>A folder of those photos alone.</returns>
    public ImageFolder Subset(IEnumerable<int> indices) => new(Root, [.. indices.Select(i => Photos[i])], Broken, _listing);

    /// <summary>A part of the folder.</summary>
    /// <param name="keep">Which photos to keep.</param>
    /// <returns>A folder of those photos alone.</returns>
    public ImageFolder Where(Func<PhotoFile, bool> keep) => Subset(Enumerable.Range(0, Count).Where(i => keep(Photos[i])));

    /// <summary>Refuses photos that are smaller than what is cut out of them.</summary>
    /// <param name="side">The crop's side in pixels.</param>
    /// <exception cref="InputException">A photo is smaller; the message names the first ones.</exception>
    public void RequireSize(int side)
    {
        List<PhotoFile> small = [.. Photos.Where(p => p.ShorterSide < side)];
        if (small.Count > 0)
        {
            string names = string.Join(", ", small.Take(3).Select(p => $"{p.Name} ({p.Width}×{p.Height})"));
            throw new InputException(
                $"{small.Count} of the {Count} photos in {Root} {(small.Count == 1 ? "is" : "are")} smaller than the crop of "
                    + $"{side}×{side} pixels: " +
                $"{names}{(small.Count > 3 ? ", …" : "")}; remove them or choose a smaller size.");
        }
    }

    /// <summary>A hash over names, sizes and times of the photos, which shows whether a cache made from them is still theirs.</summary>
    /// <returns>64 hexadecimal digits (SHA-256).</returns>
    public string Fingerprint() => Hash(photo => string.Create(CultureInfo.InvariantCulture, $"{photo.Bytes}\0{photo.ModifiedUtc.Ticks}"));

    /// <summary>A hash over names, pixels' numbers and sizes of the photos, without their times: equal for a copy of the folder. Reads no
    /// file.</summary>
    /// <returns>64 hexadecimal digits (SHA-256).</returns>
    public string NamesFingerprint() =>
        Hash(photo => string.Create(CultureInfo.InvariantCulture, $"{photo.Bytes}\0{photo.Width}\0{photo.Height}"));

    /// <inheritdoc/>
    public override void CheckUnchanged()
    {
        foreach (PhotoFile photo in Photos)
        {
            CheckUnchanged(photo);
        }

        if (_listing?.FindNew() is { } path)
        {
            throw Changed(path, "is new");
        }
    }

    internal override bool HasChanged(int index)
    {
        var now = new FileInfo(Photos[index].Path);
        return !now.Exists || now.Length != Photos[index].Bytes || now.LastWriteTimeUtc != Photos[index].ModifiedUtc;
    }

    /// <inheritdoc/>
    public override string NameOf(int index) => Photos[index].Path;

    /// <inheritdoc/>
    public override (int Width, int Height) SizeOf(int index) => (Photos[index].Width, Photos[index].Height);

    /// <inheritdoc/>
    public override RgbImage Read(int index)
    {
        PhotoFile photo = Photos[index];
        CheckUnchanged(photo);
        RgbImage image = ImageCodec.Read(photo.Path);
        return image.Width == photo.Width && image.Height == photo.Height ? image : throw Changed(photo.Path, "has another size");
    }

    internal static void CheckBroken(string root, IReadOnlyList<BrokenImage> broken, int count)
    {
        if (broken.Count > ToleratedBrokenShare * count)
        {
            throw new InputException(
                $"{broken.Count} of the {count} images in {root} can't be used, more than the tolerated 1 %; the first: "
                    + $"{broken[0].Reason}");
        }
    }

    private static void CheckUnchanged(PhotoFile photo)
    {
        var now = new FileInfo(photo.Path);
        if (!now.Exists)
        {
            throw Changed(photo.Path, "is gone");
        }

        if (now.Length != photo.Bytes || now.LastWriteTimeUtc != photo.ModifiedUtc)
        {
            throw Changed(photo.Path, "was written to");
        }
    }

    private static InputException Changed(string path, string what) =>
        new($"{path} {what} since the folder was listed; leave the data alone while a training uses it, and start again.");

    /// <summary>The folder without photos that turned out to be broken.</summary>
    /// <exception cref="InputException">They are more than 1 %.</exception>
    internal ImageFolder SetAside(IReadOnlyDictionary<int, BrokenImage> broken)
    {
        if (broken.Count == 0)
        {
            return this;
        }

        List<BrokenImage> aside = [.. Broken.Concat(broken.Values).OrderBy(b => b.Name, StringComparer.Ordinal)];
        CheckBroken(Root, aside, Count + Broken.Count);
        return new ImageFolder(
            Root, [.. Enumerable.Range(0, Count).Where(i => !broken.ContainsKey(i)).Select(i => Photos[i])], aside, _listing);
    }
}
