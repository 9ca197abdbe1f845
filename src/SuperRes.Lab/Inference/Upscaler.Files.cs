using System.Runtime.InteropServices;
using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

public sealed partial class Upscaler
{
    /// <summary>
    /// Upscales or restores a file. Kept: transparency (enlarged by Lanczos; over white in a JPEG), grey as a grey file, 16 bits per
    /// channel from PNG to PNG (8 where the PNG is interlaced or has a transparent colour, when EXIF turns it, or with self-ensemble), EXIF with its
    /// orientation applied to the pixels, and the ICC profile where it describes pixels of the kind that is written (their values are
    /// not converted). Not kept: XMP, PNG texts, CMYK, animation.
    /// </summary>
    /// <param name="input">The image: PNG, JPEG, WebP, BMP or GIF (first frame).</param>
    /// <param name="output">A name ending in .png, .jpg, .jpeg or .webp; an existing file is replaced.</param>
    /// <param name="changeMap">A .png that shows where and how much the model changed the picture (<see cref="ChangeMap"/>); null: none.</param>
    /// <param name="progress">Is told after each tile; null: nobody.</param>
    /// <param name="cancellation">Stops the work between two tiles; no output is left then.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InputException">
    /// The input can't be read, changes while it is read or is too large; the output is the input, of an unknown kind or can't be
    /// written; the network gives NaN.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public UpscaleFileResult UpscaleFile(
        string input, string output, string? changeMap = null, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default)
    {
        ImageInfo header = ImageCodec.ReadHeader(input);
        var meter = new ProgressMeter(progress, _clock, Work(header.Width, header.Height), 1);
        meter.Begin(input, 0);
        return UpscaleFile(input, output, changeMap, meter, cancellation);
    }

    /// <summary>Upscales or restores the images of a folder, as <see cref="UpscaleFiles"/> does a list.</summary>
    /// <param name="folder">The folder; its own images, not those of folders in it.</param>
    /// <param name="outputFolder">Another folder; made where it is missing.</param>
    /// <param name="overwrite">Whether files whose output is there are done again. Default: false.</param>
    /// <param name="progress">Is told after each tile; null: nobody.</param>
    /// <param name="cancellation">Stops the work between two tiles.</param>
    /// <returns>What became of each file.</returns>
    /// <exception cref="InputException">The folder is missing or holds no image, or both folders are one.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped; finished files stay, and the next run skips them.</exception>
    public UpscaleFolderResult UpscaleFolder(
        string folder, string outputFolder, bool overwrite = false, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default)
    {
        IReadOnlyList<string> inputs = ImageCodec.ListImages(folder);
        if (OutputPaths.IsSame(folder, outputFolder))
        {
            throw new InputException($"The output folder {outputFolder} is the input folder itself; name another one.");
        }

        return UpscaleFiles(inputs, outputFolder, overwrite, progress, cancellation);
    }

    /// <summary>
    /// Upscales or restores files into a folder under their own names (.bmp and .gif become .png). What is done already is skipped: an
    /// output of the right size, not older than its input. A file that fails is reported in the result, and the others go on.
    /// </summary>
    /// <param name="inputs">The images.</param>
    /// <param name="outputFolder">The folder; made where it is missing.</param>
    /// <param name="overwrite">Whether files whose output is there are done again. Default: false.</param>
    /// <param name="progress">Is told after each tile, with a rate and the remaining time over all files; null: nobody.</param>
    /// <param name="cancellation">Stops the work between two tiles.</param>
    /// <returns>What became of each file.</returns>
    /// <exception cref="OperationCanceledException">The work was stopped; finished files stay, and the next run skips them.</exception>
    public UpscaleFolderResult UpscaleFiles(
        IReadOnlyList<string> inputs, string outputFolder, bool overwrite = false, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default)
    {
        string[] outputs = OutputPaths.InFolder(inputs, outputFolder);
        ImageInfo?[] headers = [.. inputs.Select(HeaderOrNull)];
        var meter = new ProgressMeter(progress, _clock, headers.Sum(h => h is null ? 0 : Work(h.Width, h.Height)), inputs.Count);
        var results = new List<UpscaleFileResult>();
        var written = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < inputs.Count; i++)
        {
            meter.Begin(inputs[i], i);
            results.Add(One(inputs[i], outputs[i], headers[i], written.Add(outputs[i]), overwrite, meter, cancellation));
        }

        return new(results);
    }

    private UpscaleFileResult One(
        string input, string output, ImageInfo? header, bool isFirst, bool overwrite, ProgressMeter meter, CancellationToken cancellation)
    {
        try
        {
            if (!isFirst)
            {
                throw new InputException($"{input} has the same name as another input; its result would replace that one's.");
            }

            if (header is not null && !overwrite && OutputPaths.IsDone(input, output, header.Width * Scale, header.Height * Scale))
            {
                meter.Skip(Work(header.Width, header.Height));
                return new(input, output, UpscaleStatus.Skipped, null, header.Width * Scale, header.Height * Scale, 0, true);
            }

            return UpscaleFile(input, output, null, meter, cancellation);
        }
        catch (Exception e) when (e is InputException or ExternalException or OutOfMemoryException or IOException or UnauthorizedAccessException)
        {
            string message = e is InputException ? e.Message : $"{input} failed: {e.Message.Split('\n')[0]}";
            return new(input, output, UpscaleStatus.Failed, message, 0, 0, 0, true);
        }
    }

    private UpscaleFileResult UpscaleFile(string input, string output, string? changeMap, ProgressMeter meter, CancellationToken cancellation)
    {
        long start = _clock.GetTimestamp();
        ImageInfo header = ImageCodec.ReadHeader(input);
        CheckMemory(header.Width, header.Height, bytesPerChannel: 1);
        (int width, int height) = (header.Width * Scale, header.Height * Scale);
        CheckPaths(input, output, changeMap, width, height);
        (DecodedImage photo, byte[] bytes) = ReadUnchanged(input);
        bool goesDeep = photo.BitsPerChannel == 16 && IsPng(output) && !_options.SelfEnsemble && IsStoredUpright(bytes);
        using Tensor? deep = goesDeep ? DeepPng.Read(bytes) : null;
        RgbImage shown = deep is null ? UpscaleShallow(photo, output, meter, cancellation) : UpscaleDeep(photo, deep, output, meter, cancellation);
        if (changeMap is not null)
        {
            ImageCodec.Write(ChangeMap.Between(photo.Image, shown, _network.InputFilter), changeMap);
        }

        bool exact = Plan(width, height, deep is null ? 1 : sizeof(float)).IsExact;
        return new(input, output, UpscaleStatus.Done, null, width, height, _clock.GetElapsedTime(start).TotalSeconds, exact);
    }

    /// <summary>The 8-bit way: transparency by Lanczos, hidden colours filled in so that they don't smear.</summary>
    private RgbImage UpscaleShallow(DecodedImage photo, string output, ProgressMeter meter, CancellationToken cancellation)
    {
        RgbImage result = Upscale(photo.Alpha is null ? photo.Image : TransparentFill.Fill(photo.Image, photo.Alpha), meter, cancellation);
        byte[]? alpha = photo.Alpha is null
            ? null
            : Resampler.ResizePlane(photo.Alpha, photo.Image.Width, photo.Image.Height, result.Width, result.Height, ResampleFilter.Lanczos);
        ImageCodec.Write(photo with { Image = result, Alpha = alpha, IsGrey = PixelOrder.IsGrey(result.Pixels) }, output, _options.Quality);
        return result;
    }

    /// <summary>The 16-bit way: colours through the network in floating point.</summary>
    private RgbImage UpscaleDeep(DecodedImage photo, Tensor deep, string output, ProgressMeter meter, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        int channels = (int)deep.shape[1];
        Tensor colours = channels < 3 ? deep.narrow(1, 0, 1).expand(-1, 3, -1, -1).contiguous() : deep.narrow(1, 0, 3);
        Tensor result = UpscaleFloat(colours, meter, cancellation);
        bool grey = channels < 3 && _network.KeepsGrey;
        if (grey)
        {
            result = result.mean([1], keepdim: true);
        }

        RgbImage shown = RgbImage.FromTensor(result);
        if (channels is 2 or 4)
        {
            Tensor alpha = Resampler.Resize(deep.narrow(1, channels - 1, 1).contiguous(), shown.Height, shown.Width, ResampleFilter.Lanczos);
            result = cat([result, alpha.clamp(0, 1)], 1);
        }

        ImageMetadata metadata = photo.Metadata.ProfileIsGrey == grey ? photo.Metadata : photo.Metadata with { IccProfile = null };
        AtomicFile.WriteAllBytes(output, MetadataWriter.Png(DeepPng.Write(result), metadata));
        return shown;
    }

    private static bool IsStoredUpright(byte[] png)
    {
        using var stream = new MemoryStream(png);
        return Exif.Orientation(MetadataReader.PngExif(stream)) == 1;
    }

    private static bool IsPng(string path) => string.Equals(Path.GetExtension(path), ".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a file in one go, and says so where it changed meanwhile.</summary>
    private static (DecodedImage Photo, byte[] Bytes) ReadUnchanged(string path)
    {
        try
        {
            (long, DateTime) before = Stamp();
            byte[] bytes = File.ReadAllBytes(path);
            if (Stamp() != before || bytes.LongLength != before.Item1)
            {
                throw new InputException($"{path} changed while it was read; wait until it is complete and run again.");
            }

            return (ImageCodec.DecodeWithAlpha(bytes, path), bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}; check its rights and that nothing else is writing to it.", e);
        }

        (long Length, DateTime Written) Stamp() => (new FileInfo(path).Length, File.GetLastWriteTimeUtc(path));
    }

    private static void CheckPaths(string input, string output, string? changeMap, int width, int height)
    {
        OutputPaths.Check(input, output, width, height);
        if (changeMap is null)
        {
            return;
        }

        OutputPaths.Check(input, changeMap, width, height);
        if (OutputPaths.IsSame(output, changeMap))
        {
            throw new InputException($"The change map {changeMap} would replace the output; give it another name.");
        }
    }

    private static ImageInfo? HeaderOrNull(string path)
    {
        try
        {
            return ImageCodec.ReadHeader(path);
        }
        catch (InputException)
        {
            // The file's own turn comes later, and says why.
            return null;
        }
    }
}
