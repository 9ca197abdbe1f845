namespace SuperRes.Lab.Imaging;

/// <summary>What of a folder's files can be read as images, and what looks like one and can't. The content decides: a photo without an
/// ending, or with that of another format, is found too; hidden files and links to folders are not looked at.</summary>
/// <param name="Images">Full names, sorted by ordinal comparison.</param>
/// <param name="LeftOut">Images of kinds that are not read, each with its kind, in the same order.</param>
public sealed record FolderImages(IReadOnlyList<string> Images, IReadOnlyList<(string Path, string Kind)> LeftOut)
{
    private const int MostNamed = 5;

    // What is an image by its name, even where its content is not known here.
    private static readonly HashSet<string> _otherEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".heic", ".heif", ".hif", ".jxl", ".jp2", ".j2k", ".psd", ".xcf", ".svg", ".exr", ".hdr", ".tga", ".ico", ".nef", ".nrw", ".arw",
        ".dng", ".cr2", ".cr3", ".raf", ".orf", ".rw2", ".pef", ".srw", ".3fr", ".iiq", ".erf",
    };

    /// <summary>One sentence about what was left out; null where nothing was.</summary>
    public string? Note => LeftOut.Count == 0 ? null
        : $"{LeftOut.Count} {(LeftOut.Count == 1 ? "image of a kind" : "images of kinds")} that can't be read "
            + $"{(LeftOut.Count == 1 ? "is" : "are")} left out: "
            + string.Join(", ", LeftOut.Take(MostNamed).Select(one => $"{Path.GetFileName(one.Path)} ({one.Kind})"))
            + $"{(LeftOut.Count > MostNamed ? ", …" : "")}; save {(LeftOut.Count == 1 ? "it" : "them")} as JPEG, PNG or TIFF.";

    /// <summary>Looks through a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether the folders within it are looked through too.</param>
    /// <returns>What it holds, possibly no image.</returns>
    /// <exception cref="IOException">It can't be read.</exception>
    internal static FolderImages Of(string folder, bool recursive)
    {
        var images = new List<string>();
        var others = new List<(string, string)>();
        foreach (string file in recursive ? Walk(folder) : Directory.EnumerateFiles(folder))
        {
            if (Path.GetFileName(file.AsSpan()).StartsWith("."))
            {
                continue;
            }

            if (ImageCodec.HasImageExtension(file))
            {
                images.Add(file);
            }
            else if (KindOf(file) is { } kind)
            {
                if (ImageSignature.IsRead(kind))
                {
                    images.Add(file);
                }
                else
                {
                    others.Add((file, kind));
                }
            }
        }

        images.Sort(StringComparer.Ordinal);
        return new(images, [.. others.OrderBy(one => one.Item1, StringComparer.Ordinal)]);
    }

    /// <summary>The format of a file that has no ending of a format that is read; null where it is no image.</summary>
    private static string? KindOf(string file)
    {
        string ending = Path.GetExtension(file);
        bool isNamedSo = _otherEndings.Contains(ending);
        Span<byte> start = stackalloc byte[ImageSignature.Length];
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return isNamedSo ? ending[1..].ToUpperInvariant() : null;
        }

        // Two bytes of text may look like a BMP or PPM; a camera's file often begins as a TIFF.
        return ImageSignature.Of(start) switch
        {
            "TIFF" when isNamedSo => "RAW",
            "BMP" or "PPM" or "PDF" or "video" or null => isNamedSo ? ending[1..].ToUpperInvariant() : null,
            string kind => kind,
        };
    }

    /// <summary>The files of a folder and of those within it, hidden ones and links to folders left out.</summary>
    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder).Concat(
        new DirectoryInfo(folder).EnumerateDirectories()
            .Where(inner => inner.LinkTarget is null && !inner.Attributes.HasFlag(FileAttributes.Hidden))
            .SelectMany(inner => Walk(Path.Combine(folder, inner.Name))));
}
