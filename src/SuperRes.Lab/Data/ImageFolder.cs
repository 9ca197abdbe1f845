using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Data;

/// <summary>The photos of a folder, listed once with their sizes; files that are no readable image are set aside.</summary>
public sealed class ImageFolder : PhotoSource
{
    /// <summary>Share of broken files beyond which the folder is refused.</summary>
    public const double ToleratedBrokenShare = 0.01;

    private ImageFolder(string root, IReadOnlyList<PhotoFile> photos, IReadOnlyList<BrokenImage> broken, bool whole, bool recursive)
    {
        (Root, Photos, Broken, IsWhole, IsRecursive) = (root, photos, broken, whole, recursive);
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The photos in ordinal order of their names.</summary>
    public IReadOnlyList<PhotoFile> Photos { get; }

    /// <summary>Files with an image's extension whose header can't be read.</summary>
    public IReadOnlyList<BrokenImage> Broken { get; }

    /// <inheritdoc/>
    public override int Count => Photos.Count;

    private bool IsWhole { get; }

    private bool IsRecursive { get; }

    /// <summary>Lists a folder's photos and reads their headers, in parallel.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether folders within it are listed too; links to folders are not followed. Default false.</param>
    /// <returns>The photos.</returns>
    /// <exception cref="InputException">The folder is missing, holds no image, or more than 1 % of its images are broken.</exception>
    public static ImageFolder Scan(string folder, bool recursive = false)
    {
        IReadOnlyList<string> paths = recursive ? ListTree(folder) : ImageCodec.ListImages(folder);
        string root = Path.GetFullPath(folder);
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
        return new ImageFolder(root, [.. photos.OfType<PhotoFile>()], aside, whole: true, recursive);
    }

    /// <summary>A part of the folder.</summary>
    /// <param name="indices">Which photos, in the order wanted.</param>
    /// <returns>A folder of those photos alone.</returns>
    public ImageFolder Subset(IEnumerable<int> indices) => new(Root, [.. indices.Select(i => Photos[i])], Broken, whole: false, IsRecursive);

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
                $"{small.Count} of the {Count} photos in {Root} {(small.Count == 1 ? "is" : "are")} smaller than the crop of {side}×{side} pixels: " +
                $"{names}{(small.Count > 3 ? ", …" : "")}; remove them or choose a smaller size.");
        }
    }

    /// <summary>Splits at random into training and validation sides; near-duplicates stay together.</summary>
    /// <param name="seed">The experiment's seed; the same seed and photos give the same split.</param>
    /// <param name="validFraction">Share of the validation side, 0–1 exclusive; default 0.1 as in the article.</param>
    /// <param name="groupNearDuplicates">Whether photos that look alike are kept on one side, for which each is decoded once; default true.</param>
    /// <returns>Both sides, at least one photo each.</returns>
    /// <exception cref="InputException">There are fewer than two photos, all look alike, or more than 1 % can't be decoded.</exception>
    public DataSplit Split(long seed, double validFraction = 0.1, bool groupNearDuplicates = true)
    {
        if (!(validFraction > 0 && validFraction < 1))
        {
            throw new InputException($"The validation share is {validFraction}; it must lie between 0 and 1.");
        }

        if (Count < 2)
        {
            throw new InputException($"{Root} holds {Count} photo; a split into training and validation needs at least 2.");
        }

        if (!groupNearDuplicates)
        {
            return Split(seed, validFraction, [.. Enumerable.Range(0, Count)]);
        }

        ImageFolder sound = HashPhotos(out ulong[] hashes);
        return sound.Split(seed, validFraction, NearDuplicates.Group(hashes));
    }

    private DataSplit Split(long seed, double validFraction, int[] groups)
    {
        int[] order = [.. groups.Distinct()];
        if (order.Length < 2)
        {
            throw new InputException($"All {Count} photos in {Root} look alike; a split into training and validation needs at least 2 different ones.");
        }

        new RandomStream(seed, "split").Shuffle<int>(order);
        int[] sizes = new int[Count];
        foreach (int group in groups)
        {
            sizes[group]++;
        }

        int wanted = Math.Clamp((int)Math.Round(Count * validFraction), 1, Count - 1);
        HashSet<int> chosen = [];
        int taken = 0;
        foreach (int group in order.Where(group => sizes[group] <= wanted))
        {
            if (taken + sizes[group] <= wanted)
            {
                chosen.Add(group);
                taken += sizes[group];
            }
        }

        if (taken == 0)
        {
            chosen.Add(order.MinBy(group => sizes[group]));
        }

        return new DataSplit(
            Subset(Enumerable.Range(0, Count).Where(i => !chosen.Contains(groups[i]))),
            Subset(Enumerable.Range(0, Count).Where(i => chosen.Contains(groups[i]))));
    }

    /// <summary>Photos that look alike.</summary>
    /// <returns>Lists of two or more photos; those that can't be decoded are left out.</returns>
    /// <exception cref="InputException">More than 1 % of the photos can't be decoded.</exception>
    public IReadOnlyList<IReadOnlyList<PhotoFile>> FindNearDuplicates()
    {
        ImageFolder sound = HashPhotos(out ulong[] hashes);
        int[] groups = NearDuplicates.Group(hashes);
        return
        [
            .. Enumerable.Range(0, sound.Count).GroupBy(i => groups[i], i => sound.Photos[i])
                .Where(g => g.Count() > 1).Select(g => (IReadOnlyList<PhotoFile>)[.. g]),
        ];
    }

    /// <summary>A hash over names, sizes and times of the photos, which tells whether a cache made from them is still theirs.</summary>
    /// <returns>64 hexadecimal digits (SHA-256).</returns>
    public string Fingerprint()
    {
        var text = new StringBuilder();
        foreach (PhotoFile photo in Photos)
        {
            text.Append(photo.Name).Append('\0').Append(photo.Bytes).Append('\0').Append(photo.ModifiedUtc.Ticks).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>A hash over names and contents of the photos: equal for a copy of the folder on another machine. Reads every file.</summary>
    /// <returns>64 hexadecimal digits (SHA-256).</returns>
    /// <exception cref="InputException">A photo can't be read.</exception>
    public string ContentFingerprint()
    {
        var hashes = new byte[Count][];
        ParallelWork.For(Count, i =>
        {
            try
            {
                using FileStream stream = File.OpenRead(Photos[i].Path);
                hashes[i] = SHA256.HashData(stream);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{Photos[i].Path} can't be read: {e.Message.TrimEnd('.')}; the folder changed since it was listed.", e);
            }
        });
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < Count; i++)
        {
            all.AppendData(Encoding.UTF8.GetBytes(Photos[i].Name + "\0"));
            all.AppendData(hashes[i]);
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    /// <inheritdoc/>
    public override void CheckUnchanged()
    {
        foreach (PhotoFile photo in Photos)
        {
            CheckUnchanged(photo);
        }

        if (IsWhole)
        {
            var known = Photos.Select(p => p.Path).Concat(Broken.Select(b => Path.GetFullPath(b.Name, Root))).ToHashSet(StringComparer.Ordinal);
            foreach (string path in IsRecursive ? ListTree(Root) : ImageCodec.ListImages(Root))
            {
                if (!known.Contains(Path.GetFullPath(path)))
                {
                    throw Changed(path, "is new");
                }
            }
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
                $"{broken.Count} of the {count} images in {root} can't be used, more than the tolerated 1 %; the first: {broken[0].Reason}");
        }
    }

    private static IReadOnlyList<string> ListTree(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return ImageCodec.ListImages(folder);
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
        List<string> paths = [.. Directory.EnumerateFiles(folder, "*", options).Where(ImageCodec.HasImageExtension)];
        paths.Sort(StringComparer.Ordinal);
        return paths.Count > 0 ? paths : throw new InputException($"{folder} and the folders within it hold no image (.png, .jpg, .jpeg, .webp, .bmp, .gif).");
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

    /// <summary>Decodes every photo once for its hash; those that can't be decoded are set aside in the folder that is returned.</summary>
    private ImageFolder HashPhotos(out ulong[] hashes)
    {
        var all = new ulong[Count];
        var broken = new ConcurrentDictionary<int, BrokenImage>();
        ParallelWork.For(Count, i =>
        {
            try
            {
                all[i] = NearDuplicates.DifferenceHash(Read(i));
            }
            catch (InputException e) when (!HasChanged(i))
            {
                broken[i] = new BrokenImage(Photos[i].Name, e.Message);
            }
        });
        int[] sound = [.. Enumerable.Range(0, Count).Where(i => !broken.ContainsKey(i))];
        hashes = [.. sound.Select(i => all[i])];
        if (broken.IsEmpty)
        {
            return this;
        }

        List<BrokenImage> aside = [.. Broken.Concat(broken.Values).OrderBy(b => b.Name, StringComparer.Ordinal)];
        CheckBroken(Root, aside, Count + Broken.Count);
        return new ImageFolder(Root, [.. sound.Select(i => Photos[i])], aside, IsWhole, IsRecursive);
    }
}
