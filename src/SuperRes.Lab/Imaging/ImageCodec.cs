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
    /// <summary>Reads an image's size and format without decoding it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">Limits of size; null: <see cref="ImageLimits.Default"/>.</param>
    /// <returns>The size as shown (after the EXIF orientation) and the format.</returns>
    /// <exception cref="InputException">The file is missing, is no image, or passes a limit.</exception>
    public static ImageInfo ReadHeader(string path, ImageLimits? limits = null)
    {
        using ImageReader reader = OpenReader(path, limits);
        return new(reader.Width, reader.Height, reader.Format) { Frames = reader.Frames };
    }

    /// <summary>Reads a picture: upright, transparent parts over white, grey as RGB; of several pictures the first.</summary>
    /// <param name="path">The file: PNG, JPEG, WebP, TIFF, AVIF, PPM, BMP or GIF.</param>
    /// <param name="limits">Limits of size; null: <see cref="ImageLimits.Default"/>.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="InputException">The file is missing, is no image, is broken or cut short, or passes a limit.</exception>
    public static RgbImage Read(string path, ImageLimits? limits = null) => ReadWithAlpha(path, limits).Flatten();

    /// <summary>Reads a picture with its transparency and what else an output of the same kind needs to know.</summary>
    /// <param name="path">The file: PNG, JPEG, WebP, TIFF, AVIF, PPM, BMP or GIF.</param>
    /// <param name="limits">Limits of size; null: <see cref="ImageLimits.Default"/>.</param>
    /// <returns>Straight colours, the alpha plane, whether it is grey, bits per channel, format, EXIF and colour profile.</returns>
    /// <exception cref="InputException">The file is missing, is no image, is broken or cut short, or passes a limit.</exception>
    public static DecodedImage ReadWithAlpha(string path, ImageLimits? limits = null)
    {
        using ImageReader reader = OpenReader(path, limits);
        return Guard(path, () => DecodedImage.Of(reader));
    }

    /// <summary>Decodes a picture in memory, as <see cref="Read"/> does a file.</summary>
    /// <param name="encoded">The encoded image.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">Limits of size; null: <see cref="ImageLimits.Default"/>.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="InputException">It is no image, is broken or cut short, or passes a limit.</exception>
    public static RgbImage Decode(ReadOnlyMemory<byte> encoded, string name, ImageLimits? limits = null) =>
        DecodeWithAlpha(encoded, name, limits).Flatten();

    /// <summary>Decodes a picture in memory, as <see cref="ReadWithAlpha"/> does a file.</summary>
    /// <param name="encoded">The encoded image.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">Limits of size; null: <see cref="ImageLimits.Default"/>.</param>
    /// <returns>Straight colours, the alpha plane, whether it is grey, bits per channel, format, EXIF and colour profile.</returns>
    /// <exception cref="InputException">It is no image, is broken or cut short, or passes a limit.</exception>
    public static DecodedImage DecodeWithAlpha(ReadOnlyMemory<byte> encoded, string name, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        CheckFileSize(encoded.Length, name, limits);
        using ImageReader reader = ImageReader.OpenMemory(encoded, name, limits);
        return DecodedImage.Of(reader);
    }

    /// <summary>Encodes as PNG.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="alpha">H × W bytes of transparency; empty: opaque.</param>
    /// <returns>The file's bytes; equal for equal pictures.</returns>
    public static byte[] EncodePng(RgbImage image, ReadOnlySpan<byte> alpha = default) =>
        ImageEncoder.Encode(image, alpha, "PNG", 100);

    /// <summary>Encodes as baseline JPEG with the standard's quantisation tables and chroma halved in both directions (4:2:0), as Pillow
    /// and libjpeg do by default.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="quality">1–100.</param>
    /// <returns>The file's bytes; equal for equal pictures.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The quality is outside 1–100.</exception>
    public static byte[] EncodeJpeg(RgbImage image, int quality) => 
        ImageEncoder.Encode(image, [], "JPEG", quality, halvesChroma: true);

    /// <summary>Encodes as lossy WebP.</summary>
    /// <param name="image">The picture, at most 16,383 pixels a side.</param>
    /// <param name="quality">1–100.</param>
    /// <param name="alpha">H × W bytes of transparency; empty: opaque.</param>
    /// <returns>The file's bytes; equal for equal pictures.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The quality is outside 1–100.</exception>
    public static byte[] EncodeWebp(RgbImage image, int quality, ReadOnlySpan<byte> alpha = default) =>
        ImageEncoder.Encode(image, alpha, "WebP", quality);

    /// <summary>Writes a picture; the extension decides the format, and no reader meets half a file.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="path">A name that ends in .png, .jpg, .webp, .tif, .avif or .ppm; its folder is made where it is missing.</param>
    /// <param name="quality">1–100, for JPEG and WebP. Default: 95.</param>
    /// <exception cref="InputException">The extension is another, or the file can't be written.</exception>
    public static void Write(RgbImage image, string path, int quality = 95) =>
        AtomicFile.WriteAllBytes(path, ImageEncoder.Encode(image, [], ImageFormats.Of(path), quality));

    /// <summary>
    /// Writes a picture with what came along with it, as far as the format holds it: transparency (PNG and WebP; JPEG lies over white),
    /// one channel for grey (PNG and JPEG), EXIF, and the colour profile where it fits the pixels.
    /// </summary>
    /// <param name="image">The picture, such as <see cref="ReadWithAlpha"/> gave, with other pixels in it.</param>
    /// <param name="path">A name that ends in .png, .jpg, .webp, .tif, .avif or .ppm; its folder is made where it is missing.</param>
    /// <param name="quality">1–100, for JPEG and WebP. Default: 95.</param>
    /// <exception cref="InputException">The extension is another, or the file can't be written.</exception>
    public static void Write(DecodedImage image, string path, int quality = 95) =>
        AtomicFile.WriteAllBytes(path, ImageEncoder.Everything(image, ImageFormats.Of(path), quality));

    /// <summary>Refuses a name that doesn't end as those of the formats that are written do.</summary>
    /// <param name="path">A path or name.</param>
    /// <exception cref="InputException">The extension is none of a format that is written.</exception>
    public static void RequireWritten(string path) => ImageFormats.Of(path);

    /// <summary>Whether a name ends as those of the formats that are written do, in any case.</summary>
    /// <param name="path">A path or name.</param>
    /// <returns>False for .bmp and .gif, which are read only, and all that is no image.</returns>
    public static bool IsWritten(string path) => ImageFormats.IsWritten(path);

    /// <summary>Whether a name ends as those of the formats that are read do, in any case.</summary>
    /// <param name="path">A path or name.</param>
    /// <returns>True for .png, .jpg, .jpeg, .jpe, .jfif, .webp, .tif, .tiff, .avif, .ppm, .pgm, .pnm, .bmp and .gif.</returns>
    public static bool HasImageExtension(string path) =>
        ImageFormats.ReadEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The images that lie in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether those in the folders within it count too; hidden folders and links to folders are left out. Default:
    /// false.</param>
    /// <returns>Full names sorted by ordinal comparison, at least one.</returns>
    /// <exception cref="InputException">The folder is missing, can't be read, or holds no image.</exception>
    public static IReadOnlyList<string> ListImages(string folder, bool recursive = false) => ListFolder(folder, recursive).Images;

    /// <summary>The images that lie in a folder, and those of kinds that are not read.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">As in <see cref="ListImages"/>.</param>
    /// <returns>At least one image that is read.</returns>
    /// <exception cref="InputException">The folder is missing, can't be read, or holds no image.</exception>
    public static FolderImages ListFolder(string folder, bool recursive = false)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException(File.Exists(folder)
                ? $"{folder} is a file; a folder of images was expected."
                : $"{folder} does not exist; a folder of images was expected.");
        }

        FolderImages found = Guard(folder, () => FolderImages.Of(folder, recursive));
        string kinds = $"({string.Join(", ", ImageFormats.ReadEndings)})";
        return found.Images.Count > 0 ? found : throw new InputException(
            (recursive ? $"{folder} and the folders within it hold no image {kinds}."
                : $"{folder} holds no image {kinds}; name a folder that has some directly in it.")
            + (found.Note is { } note ? $" {note}" : ""));
    }

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

        if (!File.Exists(path) && path.Contains('\uFFFD', StringComparison.Ordinal))
        {
            throw new InputException(
                $"{path} has a name in an old encoding, such as Latin-1, which can't be opened here; rename it (convmv does whole "
                    + $"folders).");
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

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="InputException">The file is missing, is no image, or passes a limit.</exception>
    internal static ImageReader OpenReader(string path, ImageLimits? limits)
    {
        FileStream stream = Open(path);
        return Guard(path, () =>
        {
            CheckFileSize(stream.Length, path, limits ?? ImageLimits.Default);
            return ImageReader.OpenFile(path, stream, limits ?? ImageLimits.Default);
        });
    }

    private static void CheckFileSize(long bytes, string name, ImageLimits limits)
    {
        if (bytes == 0)
        {
            throw new InputException($"{name} is empty (0 bytes); put the image there again.");
        }

        if (bytes > limits.MaxFileBytes)
        {
            throw new InputException($"{name} has {bytes:N0} bytes, more than the limit of {limits.MaxFileBytes:N0}; make it smaller or "
                + $"raise the limit.");
        }
    }

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
