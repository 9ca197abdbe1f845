using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Inference;

public sealed partial class Upscaler
{
    // As a whole, a 16-bit picture is held in four bytes per channel, and the largest array has 2 GB.
    private const long MostDeepPixels = int.MaxValue / 16;

    // What is too large for the memory is refused when it is known how the file would be read.
    private static readonly ImageLimits _anySize = new() { MaxPixels = long.MaxValue, MaxFileBytes = long.MaxValue };

    /// <summary>
    /// Upscales or restores a file. Kept: transparency (enlarged by Lanczos; over white in a JPEG), grey as a grey file, 16 bits per
    /// channel from PNG to PNG, EXIF and XMP with the orientation applied to the pixels, the ICC profile where it describes pixels of
    /// the kind that is written (their values are not converted), and between files of one format PNG texts, gamma and density, JPEG
    /// comments and IPTC. Not kept: CMYK, animation.
    /// </summary>
    /// <remarks>
    /// A PNG is written row by row. An input too large to be decoded as a whole within the memory limit is read row by row, too: opaque
    /// and upright PNG without interlacing, and JPEG that is not progressive.
    /// </remarks>
    /// <param name="input">The image: PNG, JPEG, WebP, BMP or GIF (first frame).</param>
    /// <param name="output">A name ending in .png, .jpg, .jpeg or .webp; an existing file is replaced.</param>
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
        ImageInfo header = ImageCodec.ReadHeader(input, _anySize);
        var meter = new UpscaleMeter(progress, _clock, Work(header.Width, header.Height), 1);
        meter.Begin(input, 0);
        return UpscaleFile(input, output, changeMap, meter, cancellation);
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
    /// Upscales or restores files. What is done already is skipped: an output of the right size, not older than its input. A file that
    /// fails is reported, and the others go on; so is one whose output is there and has another size, which is left alone.
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
        ImageInfo?[] headers = [.. inputs.Select(HeaderOrNull)];
        var meter = new UpscaleMeter(progress, _clock, headers.Sum(h => h is null ? 0 : Work(h.Width, h.Height)), inputs.Count);
        var results = new List<UpscaleFileResult>();
        for (int i = 0; i < inputs.Count; i++)
        {
            meter.Begin(inputs[i], i);
            UpscaleFileResult result = One(inputs[i], outputs[i], headers[i], isFirst[i], overwrite, meter, cancellation);
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
        string input, string output, ImageInfo? header, bool isFirst, bool overwrite, UpscaleMeter meter, CancellationToken cancellation)
    {
        long before = meter.Done;
        try
        {
            if (!isFirst)
            {
                throw new InputException($"The result of {input} would be {output}, as that of another input; do it by itself, with a "
                    + $"name of its own (--out).");
            }

            if (header is not null && !overwrite && OutputPaths.IsDone(input, output, header.Width * Scale, header.Height * Scale))
            {
                meter.Skip(Work(header.Width, header.Height));
                return new(input, output, UpscaleStatus.Skipped, null, header.Width * Scale, header.Height * Scale, 0, true);
            }

            return UpscaleFile(input, output, null, meter, cancellation);
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
        string input, string output, string? changeMap, UpscaleMeter meter, CancellationToken cancellation)
    {
        long start = _clock.GetTimestamp();
        ImageInfo header = ImageCodec.ReadHeader(input, _anySize);
        (long width, long height) = ((long)header.Width * Scale, (long)header.Height * Scale);
        OutputPaths.Check(input, output, changeMap, width, height);
        using PhotoInput photo = Open(input, output, changeMap, header, out long heldBytes);
        bool exact = Plans(header.Width, header.Height, heldBytes)[^1].IsExact;
        using RowSource rows = Passes(photo.Rows, heldBytes, meter, cancellation);
        bool grey = photo.IsGrey && _network.KeepsGrey;
        RgbImage? shown;
        if (IsPng(output))
        {
            shown = changeMap is null ? null : new RgbImage(rows.Width, rows.Height);
            WritePng(photo, rows, output, grey, shown);
        }
        else
        {
            shown = ToPicture(rows, grey);
            byte[]? alpha = photo.DeepAlpha is null ? EnlargedAlpha.Of(photo, rows)
                : [.. EnlargedAlpha.DeepOf(photo, rows)!.Select(a => (byte)((a + 128) / 257))];
            ImageCodec.Write(
                new DecodedImage(shown, alpha, grey, 8, header.Format) { Metadata = photo.Metadata }, output, _options.Quality);
        }

        if (changeMap is not null)
        {
            ImageCodec.Write(ChangeMap.Between(photo.Picture!, shown!, _network.InputFilter), changeMap);
        }

        return new(input, output, UpscaleStatus.Done, null, (int)width, (int)height, _clock.GetElapsedTime(start).TotalSeconds,
            exact) { Frames = header.Frames };
    }

    /// <summary>Opens a photo: as a whole where that fits comfortably, otherwise row by row where its kind and the output's allow
    /// it.</summary>
    private PhotoInput Open(string input, string output, string? changeMap, ImageInfo header, out long heldBytes)
    {
        bool byRows = IsPng(output) && changeMap is null;
        heldBytes = HeldBytes(header.Width, header.Height, PhotoInput.IsDeep(input, header) ? 36 : 8,
            (IsPng(output) ? 1 : 8) + (changeMap is null ? 0 : 32));
        long pixels = (long)header.Width * header.Height;
        bool isLarge = heldBytes > (Limit - BaseBytes) / 2
            || pixels > (PhotoInput.IsDeep(input, header) ? MostDeepPixels : ImageLimits.Default.MaxPixels);
        if (isLarge && byRows && PhotoInput.Stream(input, header) is { } photo)
        {
            heldBytes = 0;
            return photo;
        }

        string hint = byRows ? "" : ", or write a .png without a change map, which is made row by row";
        if (!byRows)
        {
            RequireArray(header.Width, header.Height, bytesPerPixel: 3, hint);
        }

        if (isLarge)
        {
            // Refuses what can't be done before anything is decoded.
            _ = Plans(header.Width, header.Height, heldBytes, hint);
            _ = ImageCodec.ReadHeader(input, PhotoInput.IsDeep(input, header) ? new() { MaxPixels = MostDeepPixels } : null);
        }

        PhotoInput whole = PhotoInput.Read(input);
        if (whole.Alpha is not null || whole.DeepAlpha is not null)
        {
            RequireArray(header.Width, header.Height, bytesPerPixel: whole.Bits / 8);
        }

        return whole;
    }

    private void WritePng(PhotoInput photo, RowSource rows, string output, bool grey, RgbImage? shown)
    {
        // A profile of RGB pixels says nothing true about one grey channel, and is worth more than the bytes that one saves.
        bool single = grey && photo.Metadata.ProfileIsGrey != false;
        ImageMetadata metadata = photo.Metadata.ProfileIsGrey == single ? photo.Metadata : photo.Metadata with { IccProfile = null };
        byte[]? alpha = EnlargedAlpha.Of(photo, rows);
        ushort[]? deepAlpha = EnlargedAlpha.DeepOf(photo, rows);
        int colours = single ? 1 : 3, channels = colours + (alpha is null && deepAlpha is null ? 0 : 1), bytes = photo.Bits / 8;
        AtomicFile.Write(output, file =>
        {
            using var writer = new PngWriter(file, rows.Width, rows.Height, channels, photo.Bits, metadata);
            var row = new byte[rows.Width * channels * bytes];
            Drain(rows, grey, (first, values) =>
            {
                for (int y = 0; y < values.Length / 3 / rows.Width; y++)
                {
                    Span<float> from = values.Slice(y * rows.Width * 3, rows.Width * 3);
                    for (int x = 0, to = 0; x < rows.Width; x++)
                    {
                        for (int c = 0; c < colours; c++, to += bytes)
                        {
                            Put(from[(x * 3) + c], row.AsSpan(to, bytes));
                        }

                        int pixel = ((first + y) * rows.Width) + x;
                        if (deepAlpha is not null)
                        {
                            BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(to), deepAlpha[pixel]);
                        }
                        else if (alpha is not null)
                        {
                            row[to] = alpha[pixel];
                        }

                        to += channels > colours ? bytes : 0;
                    }

                    writer.Write(row);
                }

                if (shown is not null)
                {
                    ToBytes(values, shown.Pixels.AsSpan(first * rows.Width * 3, values.Length));
                }
            });
        });

        static void Put(float value, Span<byte> to)
        {
            if (to.Length == 1)
            {
                to[0] = (byte)MathF.Round(value * 255);
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(to, DeepPng.To16(value));
            }
        }
    }

    private static bool IsPng(string path) => string.Equals(Path.GetExtension(path), ".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>The header of an image of any size; null where there is none to be read.</summary>
    internal static ImageInfo? HeaderOrNull(string path)
    {
        try
        {
            return ImageCodec.ReadHeader(path, _anySize);
        }
        catch (InputException)
        {
            return null; // whoever needs the file itself says why
        }
    }
}
