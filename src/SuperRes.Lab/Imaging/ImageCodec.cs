using SuperRes.Lab.IO;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// Reads and writes image files. The content decides the format, never the name; sizes are checked against the header before memory
/// is taken; a file that is broken or cut short is refused, not filled up with grey. Safe for use by many threads.
/// </summary>
/// <remarks>
/// Stored values are taken as they are: embedded colour profiles are not applied, and the 16-bit channels of a PNG keep their upper
/// eight bits (as Pillow does). CMYK JPEGs become RGB.
/// </remarks>
public static class ImageCodec
{
    private static readonly string[] _extensions = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    /// <summary>Reads an image's size and format without decoding it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">Limits of size; null: <see cref="ImageLimits.Default"/>.</param>
    /// <returns>The size as shown (after the EXIF orientation) and the format.</returns>
    /// <exception cref="InputException">The file is missing, is no image, or passes a limit.</exception>
    public static ImageInfo ReadHeader(string path, ImageLimits? limits = null)
    {
        using FileStream stream = Open(path);
        return Guard(path, () => ImageDecoder.Header(stream, path, limits ?? ImageLimits.Default));
    }

    /// <summary>Reads a picture: upright, transparent parts over white, grey as RGB; of a GIF the first frame.</summary>
    /// <param name="path">The file: PNG, JPEG, WebP, BMP or GIF.</param>
    /// <param name="limits">Limits of size; null: <see cref="ImageLimits.Default"/>.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="InputException">The file is missing, is no image, is broken or cut short, or passes a limit.</exception>
    public static RgbImage Read(string path, ImageLimits? limits = null) => Decode(ReadFile(path, limits), path, limits);

    /// <summary>Reads a picture with its transparency and what else an output of the same kind needs to know.</summary>
    /// <param name="path">The file: PNG, JPEG, WebP, BMP or GIF.</param>
    /// <param name="limits">Limits of size; null: <see cref="ImageLimits.Default"/>.</param>
    /// <returns>Straight colours, the alpha plane, whether it is grey, bits per channel, format, EXIF and colour profile.</returns>
    /// <exception cref="InputException">The file is missing, is no image, is broken or cut short, or passes a limit.</exception>
    public static DecodedImage ReadWithAlpha(string path, ImageLimits? limits = null) =>
        DecodeWithAlpha(ReadFile(path, limits), path, limits);

    /// <summary>Decodes a picture in memory, as <see cref="Read"/> does a file.</summary>
    /// <param name="encoded">The encoded image.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">Limits of size; null: <see cref="ImageLimits.Default"/>.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="InputException">It is no image, is broken or cut short, or passes a limit.</exception>
    public static RgbImage Decode(ReadOnlyMemory<byte> encoded, string name, ImageLimits? limits = null) =>
        ImageDecoder.Decode(encoded, name, limits ?? ImageLimits.Default);

    /// <summary>Decodes a picture in memory, as <see cref="ReadWithAlpha"/> does a file.</summary>
    /// <param name="encoded">The encoded image.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">Limits of size; null: <see cref="ImageLimits.Default"/>.</param>
    /// <returns>Straight colours, the alpha plane, whether it is grey, bits per channel, format, EXIF and colour profile.</returns>
    /// <exception cref="InputException">It is no image, is broken or cut short, or passes a limit.</exception>
    public static DecodedImage DecodeWithAlpha(ReadOnlyMemory<byte> encoded, string name, ImageLimits? limits = null) =>
        ImageDecoder.DecodeWithAlpha(encoded, name, limits ?? ImageLimits.Default);

    /// <summary>Encodes as PNG.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="alpha">H × W bytes of transparency; empty: opaque.</param>
    /// <returns>The file's bytes; equal for equal pictures.</returns>
    public static byte[] EncodePng(RgbImage image, ReadOnlySpan<byte> alpha = default) => ImageEncoder.Png(image, alpha);

    /// <summary>Encodes as baseline JPEG with the standard's quantisation tables and chroma halved in both directions (4:2:0), as Pillow
    /// and libjpeg do by default.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="quality">1–100.</param>
    /// <returns>The file's bytes; equal for equal pictures.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The quality is outside 1–100.</exception>
    public static byte[] EncodeJpeg(RgbImage image, int quality) => ImageEncoder.Jpeg(image, quality);

    /// <summary>Encodes as lossy WebP.</summary>
    /// <param name="image">The picture, at most 16,383 pixels a side.</param>
    /// <param name="quality">1–100.</param>
    /// <param name="alpha">H × W bytes of transparency; empty: opaque.</param>
    /// <returns>The file's bytes; equal for equal pictures.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The quality is outside 1–100.</exception>
    public static byte[] EncodeWebp(RgbImage image, int quality, ReadOnlySpan<byte> alpha = default) =>
        ImageEncoder.Webp(image, alpha, quality);

    /// <summary>Writes a picture; the extension decides the format, and no reader meets half a file.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="path">A name that ends in .png, .jpg, .jpeg or .webp; its folder is made where it is missing.</param>
    /// <param name="quality">1–100, for JPEG and WebP. Default: 95.</param>
    /// <exception cref="InputException">The extension is another, or the file can't be written.</exception>
    public static void Write(RgbImage image, string path, int quality = 95) =>
        AtomicFile.WriteAllBytes(path, FormatOf(path) switch
        {
            "PNG" => EncodePng(image),
            "JPEG" => EncodeJpeg(image, quality),
            _ => EncodeWebp(image, quality),
        });

    /// <summary>
    /// Writes a picture with what came along with it, as far as the format holds it: transparency (PNG and WebP; JPEG lies over white),
    /// one channel for grey (PNG and JPEG), EXIF, and the colour profile where it fits the pixels.
    /// </summary>
    /// <param name="image">The picture, such as <see cref="ReadWithAlpha"/> gave, with other pixels in it.</param>
    /// <param name="path">A name that ends in .png, .jpg, .jpeg or .webp; its folder is made where it is missing.</param>
    /// <param name="quality">1–100, for JPEG and WebP. Default: 95.</param>
    /// <exception cref="InputException">The extension is another, or the file can't be written.</exception>
    public static void Write(DecodedImage image, string path, int quality = 95) =>
        AtomicFile.WriteAllBytes(path, ImageEncoder.Everything(image, FormatOf(path), quality));

    /// <summary>Refuses a name that doesn't end as those of the formats that are written do.</summary>
    /// <param name="path">A path or name.</param>
    /// <exception cref="InputException">The extension is not .png, .jpg, .jpeg or .webp.</exception>
    public static void RequireWritten(string path) => FormatOf(path);

    /// <summary>Whether a name ends as those of the formats that are read do, in any case.</summary>
    /// <param name="path">A path or name.</param>
    /// <returns>True for .png, .jpg, .jpeg, .webp, .bmp and .gif.</returns>
    public static bool HasImageExtension(string path) => _extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The images that lie in a folder, by their extension; hidden files are left out.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether those in the folders within it count too; hidden folders and links to folders are left out. Default:
    /// false.</param>
    /// <returns>Full names sorted by ordinal comparison, at least one.</returns>
    /// <exception cref="InputException">The folder is missing, can't be read, or holds no image.</exception>
    public static IReadOnlyList<string> ListImages(string folder, bool recursive = false)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException(File.Exists(folder)
                ? $"{folder} is a file; a folder of images was expected."
                : $"{folder} does not exist; a folder of images was expected.");
        }

        return Guard(folder, () =>
        {
            List<string> images = [.. (recursive ? Walk(folder) : Directory.EnumerateFiles(folder))
                .Where(file => HasImageExtension(file) && !Path.GetFileName(file).StartsWith('.'))];
            if (images.Count == 0)
            {
                const string Kinds = "(.png, .jpg, .jpeg, .webp, .bmp, .gif)";
                throw new InputException(recursive
                    ? $"{folder} and the folders within it hold no image {Kinds}."
                    : $"{folder} holds no image {Kinds}; name a folder that has some directly in it.");
            }

            images.Sort(StringComparer.Ordinal);
            return images;
        });
    }

    /// <summary>The files of a folder and of those within it, hidden ones and links to folders left out.</summary>
    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder).Concat(
        new DirectoryInfo(folder).EnumerateDirectories()
            .Where(inner => inner.LinkTarget is null && !inner.Attributes.HasFlag(FileAttributes.Hidden))
            .SelectMany(inner => Walk(Path.Combine(folder, inner.Name))));

    /// <summary>A file, or the one that a link leads to.</summary>
    internal static FileInfo FileBehind(string path)
    {
        var file = new FileInfo(path);
        return file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
    }

    private static FileStream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"{path} is a folder; an image file was expected.");
        }

        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist; an image file was expected.");
        }

        // A pipe has no length, and would keep us waiting for what comes through it.
        if (Guard(path, () => FileBehind(path).Length) == 0)
        {
            throw new InputException($"{path} is empty (0 bytes) or no regular file; an image file was expected.");
        }

        return Guard(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1));
    }

    private static byte[] ReadFile(string path, ImageLimits? limits)
    {
        using FileStream stream = Open(path);
        ImageDecoder.CheckFileSize(stream.Length, path, limits ?? ImageLimits.Default);
        return Guard(path, () =>
        {
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        });
    }

    private static string FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => "PNG",
        ".jpg" or ".jpeg" => "JPEG",
        ".webp" => "WebP",
        string other => throw new InputException($"{path} ends in \"{other}\"; images are written as .png, .jpg, .jpeg or .webp."),
    };

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}; check its rights and that nothing else is writing "
                + $"to it.", e);
        }
    }
}
