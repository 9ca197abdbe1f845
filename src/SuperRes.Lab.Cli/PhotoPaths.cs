using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Cli;

/// <summary>Which files arguments mean.</summary>
internal static class PhotoPaths
{
    /// <summary>Files as they are, folders as the images in them, each with the name that it has in a folder of results.</summary>
    /// <param name="inputs">Files and folders.</param>
    /// <param name="recursive">Whether the folders within a folder count too.</param>
    /// <param name="tell">Is told of images that are left out.</param>
    /// <exception cref="InputException">One doesn't exist, or a folder holds no image.</exception>
    public static (string Path, string Name)[] Expand(IEnumerable<string> inputs, bool recursive, Action<string> tell)
    {
        var images = new List<(string, string)>();
        foreach (string input in inputs)
        {
            if (Directory.Exists(input))
            {
                FolderImages found = ImageCodec.ListFolder(input, recursive);
                images.AddRange(found.Images.Select(image => (image, Path.GetRelativePath(input, image))));
                if (found.Note is { } note)
                {
                    tell(note);
                }
            }
            else
            {
                if (!File.Exists(input) && input.Contains('\uFFFD', StringComparison.Ordinal))
                {
                    _ = ImageCodec.ReadHeader(input); // says of a name in an old encoding what it is
                }

                images.Add(File.Exists(input) ? (input, Path.GetFileName(input)) : throw new InputException(input == "-"
                    ? "Images are not read from the standard input; give image files or folders of images."
                    : $"{input} does not exist; give image files or folders of images."));
            }
        }

        return [.. images];
    }

    /// <summary>Whether an output means a folder: it is one, ends like one, or has no extension of an image.</summary>
    public static bool IsFolder(string output)
        => Directory.Exists(output) || Path.EndsInDirectorySeparator(output) || Path.GetExtension(output).Length == 0;

    /// <summary>A name beside an input: "photo-x2.jpg" for "photo.jpg"; .png for kinds that are not written.</summary>
    public static string Beside(string input, string suffix)
    {
        string name = Path.GetFileNameWithoutExtension(input) + suffix
            + (ImageCodec.IsWritten(input) ? Path.GetExtension(input) : ".png");
        return Path.Combine(Path.GetDirectoryName(input) ?? "", name);
    }
}
