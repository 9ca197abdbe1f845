using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Inference;

/// <summary>Where results go, and what must not be overwritten.</summary>
internal static class OutputPaths
{
    /// <summary>How the file system compares names.</summary>
    private static readonly StringComparer _names = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <summary>A path in the output folder for each name: itself, with .png for kinds that are not written.</summary>
    public static string[] InFolder(IReadOnlyList<string> names, string folder)
    {
        var taken = new HashSet<string>(names, StringComparer.OrdinalIgnoreCase);
        return [.. names.Select(Place)];

        string Place(string name)
        {
            if (ImageFormats.IsWritten(name))
            {
                return Path.Combine(folder, name);
            }

            string png = Path.ChangeExtension(name, ".png");
            return Path.Combine(folder, taken.Add(png) ? png : name + ".png");
        }
    }

    /// <summary>Refuses an output or a change map that would overwrite something, can't hold the picture or can't be written, before any
    /// work is done.</summary>
    public static void Check(string input, string output, string? changeMap, long width, long height)
    {
        Check(input, output, width, height);
        if (changeMap is not null)
        {
            Check(input, changeMap, width, height);
            if (IsSame(output, changeMap))
            {
                throw new InputException($"The change map {changeMap} would replace the output; give it another name.");
            }

            AtomicFile.RequireWritable(changeMap);
        }

        AtomicFile.RequireWritable(output);
    }

    /// <summary>Refuses an output that would overwrite its input.</summary>
    public static void RequireOther(string input, string output)
    {
        if (IsSame(input, output))
        {
            throw new InputException($"The output {output} is the input itself; give the result another name.");
        }
    }

    /// <summary>Refuses an output that would overwrite its input or can't hold the picture.</summary>
    public static void Check(string input, string output, long width, long height)
    {
        RequireOther(input, output);
        int most = ImageFormats.MostSide(ImageFormats.Of(output));
        if (Math.Max(width, height) > most)
        {
            throw new InputException($"{output} would be {width:N0}×{height:N0}, and {Path.GetExtension(output)} files end at {most:N0} "
                + "pixels a side; write .png.");
        }
    }

    /// <summary>Whether two names lead to one file or folder, links followed.</summary>
    public static bool IsSame(string a, string b)
        => _names.Equals(Real(a), Real(b));

    /// <summary>Whether a folder lies in another one, at any depth, links followed.</summary>
    public static bool IsWithin(string folder, string inner)
        => Path.GetRelativePath(Real(folder), Real(inner)) is var way && way is not ("." or "..")
            && !way.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !Path.IsPathRooted(way);

    /// <summary>Refuses results that would replace another image of the same call, before any work is done.</summary>
    /// <returns>Of each output, whether it is the first that leads to its place.</returns>
    public static bool[] CheckApart(IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
    {
        var sources = new HashSet<string>(inputs.Select(Real), _names);
        string[] places = [.. outputs.Select(Real)];
        int taken = Array.FindIndex(places, sources.Contains);
        if (taken >= 0)
        {
            throw new InputException($"The result of {inputs[taken]} would replace {outputs[taken]}, which is one of the images to be "
                + $"done; name a folder of its own for the results.");
        }

        var written = new HashSet<string>(_names);
        return [.. places.Select(written.Add)];
    }

    /// <summary>Where a path leads in the end, links followed.</summary>
    private static string Real(string path)
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
            return entry.LinkTarget is not null && entry.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName)
                : joined;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return joined;
        }
    }
}
