using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Inference;

/// <summary>Where results go, and what must not be overwritten.</summary>
internal static class OutputPaths
{
    private const int MostWebpSide = 16383, MostJpegSide = 65500;
    private static readonly string[] _written = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>A path in the output folder for each name: itself, with .png for kinds that are not written.</summary>
    public static string[] InFolder(IReadOnlyList<string> names, string folder)
    {
        var taken = new HashSet<string>(names, StringComparer.OrdinalIgnoreCase);
        return [.. names.Select(Place)];

        string Place(string name)
        {
            if (_written.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
            {
                return Path.Combine(folder, name);
            }

            string png = Path.ChangeExtension(name, ".png");
            return Path.Combine(folder, taken.Add(png) ? png : name + ".png");
        }
    }

    /// <summary>Refuses an output that would overwrite its input or can't hold the picture, before any work is done.</summary>
    public static void Check(string input, string output, long width, long height)
    {
        if (IsSame(input, output))
        {
            throw new InputException($"The output {output} is the input itself; give the result another name.");
        }

        string extension = Path.GetExtension(output).ToLowerInvariant();
        if (!_written.Contains(extension))
        {
            throw new InputException($"{output} ends in \"{extension}\"; images are written as .png, .jpg, .jpeg or .webp.");
        }

        int most = extension == ".webp" ? MostWebpSide : extension == ".png" ? int.MaxValue : MostJpegSide;
        if (Math.Max(width, height) > most)
        {
            throw new InputException($"{output} would be {width:N0}×{height:N0}, and {extension} files end at {most:N0} pixels a side; write .png.");
        }
    }

    /// <summary>Whether two names lead to one file or folder, links followed.</summary>
    public static bool IsSame(string a, string b)
        => string.Equals(Real(a), Real(b), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a folder lies in another one, at any depth, links followed.</summary>
    public static bool IsWithin(string folder, string inner)
        => Path.GetRelativePath(Real(folder), Real(inner)) is var way && way is not ("." or "..") && !way.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !Path.IsPathRooted(way);

    /// <summary>Refuses results that would replace another image of the same call, before any work is done.</summary>
    public static void CheckApart(IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
    {
        HashSet<string> sources = [.. inputs.Select(Real)];
        for (int i = 0; i < inputs.Count; i++)
        {
            if (sources.Contains(Real(outputs[i])))
            {
                throw new InputException($"The result of {inputs[i]} would replace {outputs[i]}, which is one of the images to be done; name a folder of its own for the results.");
            }
        }
    }

    /// <summary>Whether the output of an input is there and newer than the input.</summary>
    /// <exception cref="InputException">What is there has another size, or is no image: it is somebody else's.</exception>
    public static bool IsDone(string input, string output, int width, int height)
    {
        if (!File.Exists(output))
        {
            return false;
        }

        ImageInfo? header = HeaderOf(output);
        return header is not null && header.Width == width && header.Height == height
            ? File.GetLastWriteTimeUtc(output) >= File.GetLastWriteTimeUtc(input)
            : throw new InputException($"{output} is there already and is not the result of {input}, which has {width}×{height} pixels; it is left alone: name another folder, or give --overwrite.");
    }

    private static ImageInfo? HeaderOf(string path)
    {
        try
        {
            return ImageCodec.ReadHeader(path, new ImageLimits { MaxPixels = long.MaxValue, MaxFileBytes = long.MaxValue });
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>Where a path leads in the end, links followed; paths that lead to one place are equal.</summary>
    public static string Real(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string? parent = Path.GetDirectoryName(full);
        if (parent is null)
        {
            return full;
        }

        string joined = Path.Combine(Real(parent), Path.GetFileName(full));
        try
        {
            FileSystemInfo entry = Directory.Exists(joined) ? new DirectoryInfo(joined) : new FileInfo(joined);
            return entry.LinkTarget is not null && entry.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName) : joined;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return joined;
        }
    }
}
