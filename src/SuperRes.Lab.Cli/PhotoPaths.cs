using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Cli;

/// <summary>Which files arguments mean.</summary>
internal static class PhotoPaths
{
    private static readonly string[] _written = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>Files as they are, folders as the images in them, each with the name that it has in a folder of results.</summary>
    /// <exception cref="InputException">One doesn't exist, or a folder holds no image.</exception>
    public static (string Path, string Name)[] Expand(IEnumerable<string> inputs, bool recursive)
        => [.. inputs.SelectMany<string,
            (string, string)>(input => Directory.Exists(input) ? ImageCodec.ListImages(input, recursive).Select(
            image => (image, Path.GetRelativePath(input, image)))
            : File.Exists(input) ? [(input, Path.GetFileName(input))]
            : throw new InputException($"{input} does not exist; give image files or folders of images."))];

    /// <summary>Whether an output means a folder: it is one, ends like one, or has no extension of an image.</summary>
    public static bool IsFolder(string output)
        => Directory.Exists(output) || Path.EndsInDirectorySeparator(output) || Path.GetExtension(output).Length == 0;

    /// <summary>A name beside an input: "photo-x2.jpg" for "photo.jpg"; .png for kinds that are not written.</summary>
    public static string Beside(string input, string suffix)
    {
        string extension = Path.GetExtension(input);
        string name = Path.GetFileNameWithoutExtension(input) + suffix
            + (_written.Contains(extension, StringComparer.OrdinalIgnoreCase) ? extension : ".png");
        return Path.Combine(Path.GetDirectoryName(input) ?? "", name);
    }
}
