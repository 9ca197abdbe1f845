using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Cli;

/// <summary>Which files arguments mean.</summary>
internal static class PhotoPaths
{
    private static readonly string[] _written = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>Files as they are, folders as the images in them.</summary>
    /// <exception cref="InputException">One doesn't exist, or a folder holds no image.</exception>
    public static string[] Expand(IEnumerable<string> inputs)
        => [.. inputs.SelectMany(input => Directory.Exists(input) ? ImageCodec.ListImages(input)
            : File.Exists(input) ? [input]
            : throw new InputException($"{input} does not exist; give image files or folders of images."))];

    /// <summary>Whether an output means a folder: it is one, ends like one, or has no extension of an image.</summary>
    public static bool IsFolder(string output)
        => Directory.Exists(output) || Path.EndsInDirectorySeparator(output) || Path.GetExtension(output).Length == 0;

    /// <summary>A folder for results; the folder of an input would have them replaced.</summary>
    /// <exception cref="InputException">It is one of the input folders.</exception>
    public static string Folder(IEnumerable<string> inputs, string output)
    {
        string? same = inputs.FirstOrDefault(input => Directory.Exists(input) && Path.TrimEndingDirectorySeparator(Path.GetFullPath(input)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)));
        return same is null ? output : throw new InputException($"The output folder {output} is the input folder itself; name another one.");
    }

    /// <summary>A name beside an input: "photo-x2.jpg" for "photo.jpg"; .png for kinds that are not written.</summary>
    public static string Beside(string input, string suffix)
    {
        string extension = Path.GetExtension(input);
        string name = Path.GetFileNameWithoutExtension(input) + suffix + (_written.Contains(extension, StringComparer.OrdinalIgnoreCase) ? extension : ".png");
        return Path.Combine(Path.GetDirectoryName(input) ?? "", name);
    }
}
