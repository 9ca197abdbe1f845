using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Course;

/// <summary>
/// Every image of a folder, decoded and hashed: what can be used, what is broken, what is there twice. Saved, it is the folder's manifest,
/// against which a later survey finds what changed.
/// </summary>
public sealed class FolderSurvey
{
    private const int Version = 1;

    private FolderSurvey(string root, IReadOnlyList<SurveyedImage> images, IReadOnlyList<BrokenImage> broken) =>
        (Root, Images, Broken) = (root, images, broken);

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The images that can be decoded, in ordinal order of their names.</summary>
    public IReadOnlyList<SurveyedImage> Images { get; }

    /// <summary>Files with an image's extension that can't be decoded.</summary>
    public IReadOnlyList<BrokenImage> Broken { get; }

    /// <summary>Names of files with the same content, two or more a group.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Duplicates => Groups(Images.Select(image => image.Sha256));

    /// <summary>Names of images that look alike and are not the same file, two or more a group.</summary>
    public IReadOnlyList<IReadOnlyList<string>> LookAlikes
    {
        get
        {
            SurveyedImage[] single = [.. Images.DistinctBy(image => image.Sha256)];
            int[] groups = NearDuplicates.Group(
                [.. single.Select(image => ulong.Parse(image.Look, NumberStyles.HexNumber, CultureInfo.InvariantCulture))]);
            return [.. Enumerable.Range(0, single.Length).GroupBy(i => groups[i], i => single[i].Name).Where(g => g.Count() > 1).Select(
                g => (IReadOnlyList<string>)[.. g])];
        }
    }

    /// <summary>Looks at every image of a folder, on all cores. Nothing is thrown for broken ones, however many.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether folders within it are looked at too. Default true.</param>
    /// <param name="progress">Receives the progress after each image.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The survey.</returns>
    /// <exception cref="InputException">The folder is missing or holds no image.</exception>
    public static FolderSurvey Of(
        string folder, bool recursive = true, IProgress<PrepareProgress>? progress = null, CancellationToken cancellation = default)
    {
        string root = Path.GetFullPath(folder);
        return Of(
            root,
            [.. ImageCodec.ListImages(folder, recursive).Select(
            path => Path.GetRelativePath(root, Path.GetFullPath(path)).Replace('\\', '/'))], progress, cancellation);
    }

    /// <summary>Looks at named images of a folder, on all cores. Nothing is thrown for broken ones, however many.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="names">Paths within it, with forward slashes.</param>
    /// <param name="progress">Receives the progress after each image.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The survey.</returns>
    public static FolderSurvey Of(
        string folder, IReadOnlyList<string> names, IProgress<PrepareProgress>? progress = null, CancellationToken cancellation = default)
    {
        string root = Path.GetFullPath(folder);
        var images = new SurveyedImage?[names.Count];
        var broken = new ConcurrentBag<BrokenImage>();
        int done = 0;
        ParallelWork.For(
            names.Count,
            i =>
            {
                try
                {
                    images[i] = ImageSurveyor.Look(Path.Combine(root, names[i]), names[i]);
                }
                catch (InputException e)
                {
                    broken.Add(new BrokenImage(names[i], e.Message));
                }

                progress?.Report(new PrepareProgress(Interlocked.Increment(ref done), names.Count));
            },
            cancellation);
        return new FolderSurvey(root, [.. images.OfType<SurveyedImage>()], [.. broken.OrderBy(b => b.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Reads a manifest.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">The folder that it is held against.</param>
    /// <returns>The survey that was saved.</returns>
    /// <exception cref="InputException">The file is missing, is no manifest, or has another version.</exception>
    public static FolderSurvey Load(string path, string folder)
    {
        try
        {
            Manifest manifest = JsonSerializer.Deserialize<Manifest>(File.ReadAllBytes(path), OptionsJson.Indented)
                ?? throw new JsonException("it holds null");
            return manifest.Version == Version && manifest is { Images: not null, Broken: not null }
                ? new FolderSurvey(Path.GetFullPath(folder), manifest.Images, manifest.Broken)
                : throw new InputException($"{path} is no manifest of version {Version}; delete it and verify the folder again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new InputException($"{path} can't be read as a manifest: {e.Message.Split('\n')[0].TrimEnd('.')}; delete it and verify "
                + $"the folder again.", e);
        }
    }

    /// <summary>Writes the manifest: name, size, hash and properties of every image.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It can't be written.</exception>
    public void Save(string path) =>
        AtomicFile.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(new Manifest(Version, Images, Broken), OptionsJson.Indented));

    /// <summary>What became of the images of an earlier survey.</summary>
    /// <param name="earlier">The manifest.</param>
    /// <returns>Names of images with another content, of those that are gone or broken now, and of those that are new.</returns>
    public SurveyChanges Since(FolderSurvey earlier)
    {
        var before = earlier.Images.ToDictionary(image => image.Name, image => image.Sha256, StringComparer.Ordinal);
        HashSet<string> now = [.. Images.Select(image => image.Name)];
        return new SurveyChanges(
            [.. Images.Where(image => before.TryGetValue(image.Name, out string? hash) && hash != image.Sha256).Select(
                image => image.Name)],
            [.. before.Keys.Where(name => !now.Contains(name)).Order(StringComparer.Ordinal)],
            [.. Images.Where(image => !before.ContainsKey(image.Name)).Select(image => image.Name)]);
    }

    /// <summary>Refuses a folder of which more than 1 % is broken.</summary>
    /// <exception cref="InputException">It is; the message names the first.</exception>
    public void RequireSound() => ImageFolder.CheckBroken(Root, Broken, Images.Count + Broken.Count);

    private IReadOnlyList<IReadOnlyList<string>> Groups(IEnumerable<string> keys) =>
        [.. keys.Zip(Images).GroupBy(pair => pair.First, pair => pair.Second.Name).Where(g => g.Count() > 1).Select(
            g => (IReadOnlyList<string>)[.. g])];

    private sealed record Manifest(int Version, IReadOnlyList<SurveyedImage>? Images, IReadOnlyList<BrokenImage>? Broken);
}

/// <summary>How a folder differs from its manifest.</summary>
/// <param name="Changed">Images whose content is another.</param>
/// <param name="Gone">Images that are missing or can't be decoded any more.</param>
/// <param name="New">Images that the manifest doesn't have.</param>
public sealed record SurveyChanges(IReadOnlyList<string> Changed, IReadOnlyList<string> Gone, IReadOnlyList<string> New)
{
    /// <summary>Whether what the manifest has is still there.</summary>
    public bool IsIntact => Changed.Count == 0 && Gone.Count == 0;
}
