using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Course;

/// <summary>A set of photos that results are measured on.</summary>
/// <param name="Name">What the page calls it: its folder's name.</param>
/// <param name="HighResolution">Folder of the true images.</param>
/// <param name="Folder">The set's folder, which may hold given low-resolution images in <c>lr-x2</c>, <c>lr-x4</c>, ….</param>
public sealed record ResultsSet(string Name, string HighResolution, string Folder)
{
    /// <summary>The sets in a folder: itself, where it holds images or a folder <c>hr</c> of them, otherwise its folders that do.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>At least one set.</returns>
    /// <exception cref="InputException">The folder is missing or holds no set.</exception>
    public static IReadOnlyList<ResultsSet> Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"{folder} does not exist; give a folder of images, or one with a folder hr of them.");
        }

        if (Of(folder) is { } own)
        {
            return [own];
        }

        ResultsSet[] inside = [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Select(Of).OfType<ResultsSet>()];
        return inside.Length > 0 ? inside
            : throw new InputException($"{folder} holds no images, nor a folder that does; give a folder of images, or one with a folder "
            + $"hr of them.");
    }

    /// <summary>The given low-resolution images at a scale; null where there are none and they are made.</summary>
    /// <param name="scale">The scale.</param>
    /// <returns>A folder, or null.</returns>
    public string? LowResolution(int scale)
    {
        string folder = Path.Combine(Folder, FormattableString.Invariant($"lr-x{scale}"));
        return scale > 1 && Directory.Exists(folder) ? folder : null;
    }

    private static ResultsSet? Of(string folder)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), hr = Path.Combine(folder, "hr");
        return Directory.Exists(hr) ? new(name, hr, folder)
            : Directory.EnumerateFiles(folder).Any(ImageCodec.HasImageExtension) ? new(name, folder, folder) : null;
    }
}
