using System.Globalization;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>One image of a sheet.</summary>
/// <param name="Label">What stands before the row.</param>
/// <param name="Input">The low-resolution or degraded picture.</param>
/// <param name="Target">The true picture; null where there is none, as for one's own photos.</param>
/// <param name="Prediction">The model's result.</param>
public sealed record ComparisonRow(string Label, RgbImage Input, RgbImage? Target, RgbImage Prediction);

/// <summary>Sizes of a sheet's pictures.</summary>
public sealed record SheetOptions
{
    /// <summary>Longest side of the whole pictures; larger ones are shown smaller. Default: 256.</summary>
    public int LongestSide { get; init; } = 256;

    /// <summary>Side of the detail that is shown enlarged, in pixels of the target. Default: 64; 0 shows none.</summary>
    public int Detail { get; init; } = 64;

    /// <summary>How many times its pixels are repeated. Default: 4.</summary>
    public int Zoom { get; init; } = 4;
}

/// <summary>
/// The article's sheet: low-resolution input | nearest | bilinear | prediction | target, each with its PSNR and SSIM of luma against the
/// target; below each image a detail of it, enlarged, from where a plain enlargement fails most. At scale 1: input | prediction | target.
/// </summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Displayable)]
public sealed class ComparisonSheet : IDisplayable
{
    private static readonly (byte R, byte G, byte B) _frameColor = (255, 210, 0);
    private readonly int _scale;
    private readonly int _shave;
    private readonly SheetOptions _options;

    /// <summary>Draws a sheet.</summary>
    /// <param name="rows">The images.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="shave">The border that figures leave out, in pixels.</param>
    /// <param name="options">Sizes; null: the defaults.</param>
    /// <exception cref="ArgumentException">There is no row, or a row's sizes don't fit the scale.</exception>
    public ComparisonSheet(IReadOnlyList<ComparisonRow> rows, int scale, int shave, SheetOptions? options = null)
    {
        (_scale, _shave, _options) = (scale, shave, options ?? new());
        if (rows.Count == 0)
        {
            throw new ArgumentException("A sheet needs at least one image.", nameof(rows));
        }

        bool targets = rows.All(r => r.Target is not null);
        string[] titles = scale == 1 ? ["input", "prediction"] : ["low resolution", "nearest", "bilinear", "prediction"];
        Grid = new(targets ? [.. titles, "target"] : titles, [.. rows.SelectMany(r => Rows(r, targets))]);
    }

    /// <summary>The pictures.</summary>
    public PictureGrid Grid { get; }

    /// <inheritdoc/>
    public string ToHtml() => Grid.ToHtml();

    /// <inheritdoc/>
    public byte[]? ToPng() => Grid.ToPng();

    /// <inheritdoc/>
    public string ToText() => Grid.ToText();

    /// <summary>Writes the sheet as a picture, every pixel as it is.</summary>
    /// <param name="path">A name that ends in .png, .jpg, .jpeg or .webp.</param>
    /// <exception cref="InputException">The extension is another, or the file can't be written.</exception>
    public void Save(string path) => ImageCodec.Write(Grid.ToImage(maximumWidth: null), path);

    private IEnumerable<PictureRow> Rows(ComparisonRow row, bool showTarget)
    {
        int width = row.Input.Width * _scale, height = row.Input.Height * _scale;
        if (row.Prediction.Width != width || row.Prediction.Height != height || (
            row.Target is { } t && (t.Width != width || t.Height != height)))
        {
            throw new ArgumentException($"The pictures of {row.Label} don't fit scale {_scale}: the input is "
                + $"{row.Input.Width}×{row.Input.Height}, the prediction {row.Prediction.Width}×{row.Prediction.Height}.");
        }

        var columns = new List<(RgbImage Picture, string? Note)>();
        if (_scale == 1)
        {
            columns.Add((row.Input, Note(row.Input, row.Target)));
        }
        else
        {
            RgbImage nearest = Resampler.Resize(row.Input, width, height, ResampleFilter.Nearest);
            RgbImage bilinear = Resampler.Resize(row.Input, width, height, ResampleFilter.Bilinear);
            columns.AddRange(
                [(OnCanvas(row.Input, width, height), $"{row.Input.Width}×{row.Input.Height} px"), (nearest, Note(nearest, row.Target)),
                (bilinear, Note(bilinear, row.Target))]);
        }

        columns.Add((row.Prediction, Note(row.Prediction, row.Target)));
        if (showTarget)
        {
            columns.Add((row.Target!, $"{width}×{height} px"));
        }

        (int X, int Y, int Width, int Height)? detail = _options.Detail == 0 || width <= _options.Detail || height <= _options.Detail
            ? null
            : SheetDetail.Find(columns[^1].Picture, _scale == 1 ? row.Input : columns[2].Picture, _options.Detail, _scale);
        yield return new(row.Label, [.. columns.Select((c, i) => Whole(c.Picture, c.Note, i == 0 && _scale > 1 ? null : detail))]);
        if (detail is { } d)
        {
            yield return new($"({d.X}, {d.Y})",
                [.. columns.Select((c, i) => Detail(i == 0 && _scale > 1 ? row.Input : c.Picture, i == 0 ? _scale : 1, d))]);
        }
    }

    /// <summary>A whole picture, smaller where it is large, with the detail's frame.</summary>
    private PictureCell Whole(RgbImage picture, string? note, (int X, int Y, int Width, int Height)? detail)
    {
        double factor = Math.Min(1, (double)_options.LongestSide / Math.Max(picture.Width, picture.Height));
        RgbImage shown = factor == 1
            ? picture.Clone()
            : Resampler.Resize(
                picture, (int)Math.Max(1, picture.Width * factor), (int)Math.Max(1, picture.Height * factor), ResampleFilter.Bicubic);
        if (detail is { } d)
        {
            SheetDetail.Frame(
                shown, (int)(d.X * factor), (int)(d.Y * factor), (int)(d.Width * factor), (int)(d.Height * factor), _frameColor);
        }

        return new(shown, note);
    }

    /// <summary>The detail with repeated pixels; of the low-resolution picture the same part, with larger ones.</summary>
    private PictureCell Detail(RgbImage picture, int scale, (int X, int Y, int Width, int Height) detail)
    {
        bool small = scale > 1;
        RgbImage part = small
            ? picture.Crop(detail.X / scale, detail.Y / scale, detail.Width / scale, detail.Height / scale)
            : picture.Crop(detail.X, detail.Y, detail.Width, detail.Height);
        return new(Resampler.Resize(part, detail.Width * _options.Zoom, detail.Height * _options.Zoom, ResampleFilter.Nearest));
    }

    private string? Note(RgbImage picture, RgbImage? target)
    {
        if (target is null || Math.Min(target.Width, target.Height) < 11 + (2 * _shave))
        {
            return null;
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"{Psnr.Y(picture, target, _shave):0.00} dB · {Ssim.Y(picture, target, _shave):0.000}");
    }

    /// <summary>The small picture at its own size in the middle of a grey one: how little the model was given.</summary>
    private static RgbImage OnCanvas(RgbImage small, int width, int height)
    {
        var canvas = new RgbImage(width, height);
        canvas.Pixels.AsSpan().Fill(128);
        int left = (width - small.Width) / 2, top = (height - small.Height) / 2;
        for (int y = 0; y < small.Height; y++)
        {
            small.Pixels.AsSpan(y * small.Width * 3, small.Width * 3).CopyTo(canvas.Pixels.AsSpan((((top + y) * width) + left) * 3));
        }

        return canvas;
    }
}
