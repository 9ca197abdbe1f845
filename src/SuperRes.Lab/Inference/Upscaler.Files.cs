using System.Runtime.InteropServices;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Inference;

public sealed partial class Upscaler
{
    // As a whole, a 16-bit picture is held in two bytes per channel, and the largest array has 2 GB.
    private const long MostDeepPixels = int.MaxValue / 8;

    /// <summary>
    /// Upscales or restores a file. Kept: transparency (over white in JPEG and PPM), grey as a grey file, 16 bits per channel in PNG,
    /// TIFF and PPM, EXIF, XMP and IPTC with the orientation applied to the pixels, density, the ICC profile where it describes pixels of
    /// the kind that is written (their values are not converted), and from PNG to PNG texts, gamma and chromaticities; a JPEG's chroma is
    /// not sampled more coarsely than the input's. Not kept: CMYK, animation, pages after the first, comments of a JPEG.
    /// </summary>
    /// <remarks>
    /// All but WebP and AVIF are written row by row. An opaque input too large to be decoded as a whole within the memory limit is read
    /// row by row, too, where its kind allows that: upright TIFF, PPM, PNG without interlacing, and JPEG that is not progressive.
    /// </remarks>
    /// <param name="input">The image, of a format that <see cref="ImageCodec"/> reads; the first of several pictures.</param>
    /// <param name="output">A name ending in .png, .jpg, .webp, .tif, .avif or .ppm; an existing file is replaced.</param>
    /// <param name="changeMap">A .png that shows where and how much the model changed the picture (<see cref="ChangeMap"/>); null:
    /// none.</param>
    /// <param name="progress">Is told after each tile; null: nobody.</param>
    /// <param name="cancellation">Stops the work between two tiles; no output is left then.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InputException">
    /// The input can't be read, changes while it is read or is too large; the output is the input, of an unknown kind or can't be
    /// written; the network gives NaN.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public UpscaleFileResult UpscaleFile(
        string input, string output, string? changeMap = null, IProgress<UpscaleProgress>? progress = null,
            CancellationToken cancellation = default)
    {
        // What is too large for the memory is refused when it is known how the file would be read.
        ImageInfo header = ImageCodec.ReadHeader(input, ImageLimits.None);
        var meter = new UpscaleMeter(progress, _clock, Work(header.Width, header.Height), 1);
        meter.Begin(input, 0);
        return UpscaleFile(input, output, changeMap, new ResultLedger(), meter, cancellation);
    }

    /// <summary>Refuses an output folder whose images would be taken for inputs, now or the next time.</summary>
    /// <param name="folder">The input folder.</param>
    /// <param name="outputFolder">The output folder; it need not exist.</param>
    /// <param name="recursive">Whether the folders within the input folder are read too.</param>
    /// <exception cref="InputException">Both are one, or the output's lies within the other one and <paramref name="recursive"/> is
    /// wanted.</exception>
    public static void CheckOutputFolder(string folder, string outputFolder, bool recursive = false)
    {
        if (OutputPaths.IsSame(folder, outputFolder))
        {
            throw new InputException($"The output folder {outputFolder} is the input folder itself; name another one.");
        }

        if (recursive && OutputPaths.IsWithin(folder, outputFolder))
        {
            throw new InputException($"The output folder {outputFolder} lies in {folder}, whose folders are read too; name one outside "
                + $"it.");
        }
    }

    /// <summary>
    /// Upscales or restores files. What is done already is skipped: a result of the same source, network, scale, quality and options, as a
    /// hidden file beside the results says (.superres-results.jsonl). A file that fails is reported, and the others go on; so is one at
    /// whose output's place is a file that this program did not write, which is left alone.
    /// </summary>
    /// <param name="inputs">The images.</param>
    /// <param name="outputs">Their results' names, in the same order; <see cref="OutputNames"/> gives those in a folder.</param>
    /// <param name="overwrite">Whether files whose output is there are done again. Default: false.</param>
    /// <param name="progress">Is told after each tile, with a rate and the remaining time over all files; null: nobody.</param>
    /// <param name="finished">Is told of each file when it is done, skipped or has failed; null: nobody.</param>
    /// <param name="cancellation">Stops the work between two tiles.</param>
    /// <returns>What became of each file.</returns>
    /// <exception cref="ArgumentException">There are not as many outputs as inputs.</exception>
    /// <exception cref="InputException">An output is one of the inputs; nothing is done.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped; finished files stay, and the next run skips them.</exception>
    public UpscaleFolderResult UpscaleFiles(
        IReadOnlyList<string> inputs,
        IReadOnlyList<string> outputs,
        bool overwrite = false,
        IProgress<UpscaleProgress>? progress = null,
        Action<UpscaleFileResult>? finished = null,
        CancellationToken cancellation = default)
    {
        if (inputs.Count != outputs.Count)
        {
            throw new ArgumentException($"Each of the {inputs.Count} inputs needs an output; {outputs.Count} are given.", nameof(outputs));
        }

        bool[] isFirst = OutputPaths.CheckApart(inputs, outputs);
        foreach (string folder in outputs.Select(output => Path.GetDirectoryName(Path.GetFullPath(output))!).Distinct())
        {
            AtomicFile.ClearLeftovers(folder);
        }

        var ledger = new ResultLedger();
        ImageInfo?[] headers = [.. inputs.Select(HeaderOrNull)];
        var meter = new UpscaleMeter(progress, _clock, headers.Sum(h => h is null ? 0 : Work(h.Width, h.Height)), inputs.Count);
        var results = new List<UpscaleFileResult>();
        for (int i = 0; i < inputs.Count; i++)
        {
            meter.Begin(inputs[i], i);
            UpscaleFileResult result = One(inputs[i], outputs[i], headers[i], isFirst[i], overwrite, ledger, meter, cancellation);
            results.Add(result);
            finished?.Invoke(result);
        }

        return new(results);
    }

    /// <summary>A path in a folder for the result of each image: its own name (.bmp and .gif become .png).</summary>
    /// <param name="names">The images' names, or their paths within the folder that they come from.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>One path for each, in order.</returns>
    public static IReadOnlyList<string> OutputNames(IReadOnlyList<string> names, string folder) => OutputPaths.InFolder(names, folder);

    private UpscaleFileResult One(
        string input, string output, ImageInfo? header, bool isFirst, bool overwrite, ResultLedger ledger,
        UpscaleMeter meter, CancellationToken cancellation)
    {
        long before = meter.Done;
        try
        {
            if (!isFirst)
            {
                throw new InputException($"The result of {input} would be {output}, as that of another input; do it by itself, with a "
                    + $"name of its own (--out).");
            }

            if (header is not null && !overwrite && ledger.Look(input, output, Recipe(output)) is var place
                && Existing(place, input, output))
            {
                meter.Skip(Work(header.Width, header.Height));
                return new(input, output, UpscaleStatus.Skipped, null, header.Width * Scale, header.Height * Scale, 0, true);
            }

            return UpscaleFile(input, output, null, ledger, meter, cancellation);
        }
        catch (Exception e) when (e is InputException or ExternalException or OutOfMemoryException or IOException
            or UnauthorizedAccessException)
        {
            // What it would have taken no longer counts.
            meter.Skip(Math.Max(0, (header is null ? 0 : Work(header.Width, header.Height)) - (meter.Done - before)));
            string message = e is InputException ? e.Message : $"{input} failed: {e.Message.Split('\n')[0]}";
            return new(input, output, UpscaleStatus.Failed, message, 0, 0, 0, true);
        }
    }

    private UpscaleFileResult UpscaleFile(
        string input, string output, string? changeMap, ResultLedger ledger, UpscaleMeter meter, CancellationToken cancellation)
    {
        long start = _clock.GetTimestamp();
        ImageInfo header = ImageCodec.ReadHeader(input, ImageLimits.None);
        (long width, long height) = ((long)header.Width * Scale, (long)header.Height * Scale);
        OutputPaths.Check(input, output, changeMap, width, height);
        using PhotoInput photo = Open(input, output, changeMap is not null, header, out long heldBytes);
        Upscaler chosen = Chosen(photo, input);
        bool exact = chosen.Plans(header.Width, header.Height, heldBytes)[^1].IsExact;
        using RowSource rows = chosen.Passes(photo.Rows, heldBytes, meter, cancellation);
        RgbImage? shown = changeMap is null ? null : new RgbImage(rows.Width, rows.Height);
        ledger.Begin(input, output, Recipe(output));
        chosen.WriteRows(photo, rows, output, shown);
        ledger.End(output);
        if (changeMap is not null)
        {
            ledger.Begin(input, changeMap, MapRecipe(output));
            ImageCodec.Write(ChangeMap.Between(photo.Picture!, shown!, chosen._network.InputFilter), changeMap);
            ledger.End(changeMap);
        }

        return new(input, output, UpscaleStatus.Done, null, (int)width, (int)height, _clock.GetElapsedTime(start).TotalSeconds,
            exact) { Frames = header.Frames };
    }

    /// <summary>Opens a photo: as a whole where that fits comfortably, otherwise row by row where both kinds of file allow it.</summary>
    private PhotoInput Open(string input, string output, bool map, ImageInfo header, out long heldBytes)
    {
        var stamp = FileStamp.Of(input);
        ImageReader reader = ImageCodec.OpenReader(input, ImageLimits.None);
        try
        {
            bool byRows = ImageFormats.TakesRows(ImageFormats.Of(output)) && !map, deep = reader.Bits > 8;
            int outputBytes = (ImageFormats.TakesRows(ImageFormats.Of(output)) ? 1 : 8) + (map ? 32 : 0);
            heldBytes = HeldBytes(header.Width, header.Height, deep ? 24 : 8, outputBytes);
            long pixels = (long)header.Width * header.Height;
            bool isLarge = heldBytes > (Limit - BaseBytes) / 2 || pixels > (deep ? MostDeepPixels : ImageLimits.Default.MaxPixels);
            if (isLarge && byRows && !reader.HasAlpha)
            {
                // What can't be decoded in rows is held by the decoder.
                heldBytes = reader.ComesInRows ? 0 : HeldBytes(header.Width, header.Height, 3 * reader.Bits / 8, 0);
                return PhotoInput.Stream(reader, stamp, input);
            }

            string hint = byRows ? "" : ", or write a .png without a change map, which is made row by row";
            if (map || !byRows)
            {
                RequireArray(header.Width, header.Height, bytesPerPixel: 3, hint);
            }

            if (isLarge)
            {
                // Refuses what can't be done before anything is decoded.
                _ = Plans(header.Width, header.Height, heldBytes, hint);
                _ = ImageCodec.ReadHeader(input, deep ? new() { MaxPixels = MostDeepPixels } : null);
            }

            if (reader.HasAlpha)
            {
                RequireArray(header.Width, header.Height, bytesPerPixel: reader.Bits / 8);
            }

            return PhotoInput.Whole(reader, stamp, input);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private void WriteRows(PhotoInput photo, RowSource rows, string output, RgbImage? shown)
    {
        string format = ImageFormats.Of(output);
        bool grey = photo.IsGrey && _network.KeepsGrey;
        // A profile of RGB pixels says nothing true about one grey channel, and is worth more than the bytes that one saves.
        bool single = grey && ImageFormats.HoldsGrey(format) && photo.Metadata.ProfileIsGrey != false;
        ImageMetadata metadata = photo.Metadata.ProfileIsGrey == single ? photo.Metadata : photo.Metadata with { IccProfile = null };
        ushort[]? alpha = EnlargedAlpha.Of(photo, rows.Width, rows.Height);
        var layout = new RowLayout(
            rows.Width, single ? 1 : 3, alpha is not null && ImageFormats.HoldsAlpha(format),
            ImageFormats.HoldsSixteenBits(format) ? photo.Bits : 8, photo.Bits);
        AtomicFile.Write(output, file =>
        {
            using var writer = new RowWriter(
                file, format, rows.Width, rows.Height, layout.Channels, layout.Bits, metadata, _options.Quality);
            Drain(rows, grey, (first, values) =>
            {
                int count = values.Length / 3;
                ReadOnlySpan<ushort> transparency = alpha is null ? default : alpha.AsSpan(first * rows.Width, count);
                writer.Write(layout.Pack(values, transparency));
                if (shown is not null)
                {
                    ToBytes(values, shown.Pixels.AsSpan(first * rows.Width * 3, values.Length));
                }
            });
            writer.Finish();
        });
    }

    /// <summary>The header of an image of any size; null where there is none to be read.</summary>
    internal static ImageInfo? HeaderOrNull(string path)
    {
        try
        {
            return ImageCodec.ReadHeader(path, ImageLimits.None);
        }
        catch (InputException)
        {
            return null; // whoever needs the file itself says why
        }
    }
}
