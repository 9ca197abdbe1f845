using SkiaSharp;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>A part of a picture.</summary>
/// <param name="X">Left edge in pixels.</param>
/// <param name="Y">Upper edge in pixels.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
public sealed record InsetRegion(int X, int Y, int Width, int Height);

/// <summary>One of several versions of a picture.</summary>
/// <param name="Title">What made it, such as "bicubic".</param>
/// <param name="Image">The picture; all versions have one size.</param>
/// <param name="Note">A line under its insets, such as "28.31 dB"; default none.</param>
public sealed record PictureVersion(string Title, RgbImage Image, string? Note = null);

/// <summary>A whole picture with coloured frames, and what is in the frames enlarged, from several versions side by side.</summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Displayable)]
public sealed class ZoomedInsets : IDisplayable
{
    private readonly PictureGrid _insets;
    private readonly RgbImage _framed;

    /// <summary>Creates the value.</summary>
    /// <param name="versions">The versions, each of the same size; the last (the target, by custom) is shown whole.</param>
    /// <param name="regions">The parts that are enlarged, one row each.</param>
    /// <param name="scale">How many screen pixels one pixel of an inset takes each way; default 4.</param>
    /// <param name="caption">A line above; default none.</param>
    /// <exception cref="ArgumentException">There is no version, sizes differ, or a region reaches outside.</exception>
    public ZoomedInsets(IReadOnlyList<PictureVersion> versions, IReadOnlyList<InsetRegion> regions, int scale = 4, string? caption = null)
    {
        if (versions.Count == 0 || regions.Count == 0)
        {
            throw new ArgumentException("Insets need one version and one region at least.", nameof(versions));
        }

        RgbImage whole = versions[^1].Image;
        foreach (PictureVersion version in versions)
        {
            if (version.Image.Width != whole.Width || version.Image.Height != whole.Height)
            {
                throw new ArgumentException($"'{version.Title}' is {version.Image.Width}×{version.Image.Height} and "
                    + $"'{versions[^1].Title}' {whole.Width}×{whole.Height}; insets compare pictures of one size.", nameof(versions));
            }
        }

        (Versions, Regions, Caption) = (versions.ToArray(), regions.ToArray(), caption);
        _framed = Frame(whole, regions);
        _insets = new PictureGrid(
            versions.Select(v => v.Title).ToArray(),
            regions.Select((region, i) => new PictureRow(null, versions.Select(v => new PictureCell(
                v.Image.Crop(region.X, region.Y, region.Width, region.Height), i == regions.Count - 1 ? v.Note
                    : null) { Frame = Palette.At(i + 1) }).ToArray())).ToArray(),
            scale: scale);
    }

    /// <summary>The versions.</summary>
    public IReadOnlyList<PictureVersion> Versions { get; }

    /// <summary>The enlarged parts.</summary>
    public IReadOnlyList<InsetRegion> Regions { get; }

    /// <summary>The line above, or null.</summary>
    public string? Caption { get; }

    /// <inheritdoc/>
    public string ToHtml()
    {
        string caption = Caption is null ? "" : $"<div style=\"font-weight:600;margin:.2em 0 .4em\">{Markup.Escape(Caption)}</div>";
        string whole = PictureMarkup.Image(_framed, Versions[^1].Title, 1, 100_000, "width:100%;");
        return $"<div class=\"srl-insets\" style=\"margin:.6em 0\">{caption}<div "
            + $"style=\"display:flex;flex-wrap:wrap;gap:.8em;align-items:flex-start\">" +
            $"<div style=\"flex:1 1 14em;min-width:0;max-width:24em\">{whole}</div><div style=\"flex:3 1 "
                + $"22em;min-width:0\">{_insets.ToHtml()}</div></div></div>";
    }

    /// <summary>The whole picture above its insets as one picture.</summary>
    /// <param name="maximumWidth">The widest that it may be; default 960 pixels; null keeps every pixel.</param>
    /// <returns>The picture.</returns>
    public RgbImage ToImage(int? maximumWidth = 960)
    {
        RgbImage insets = _insets.ToImage(maximumWidth);
        int width = Math.Min(_framed.Width, Math.Max(insets.Width - 20, 200));
        RgbImage whole = width == _framed.Width ? _framed
            : Resampler.Resize(_framed, width, Math.Max(1, (int)((long)_framed.Height * width / _framed.Width)), ResampleFilter.Lanczos);
        int top = Caption is null ? 10 : 36;
        using var bitmap =
            new SKBitmap(new SKImageInfo(
            Math.Max(insets.Width, whole.Width + 20), top + whole.Height + insets.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        using (SKBitmap upper = ImageBytes.ToBitmap(whole))
        using (SKBitmap lower = ImageBytes.ToBitmap(insets))
        {
            canvas.Clear(SKColors.White);
            if (Caption is not null)
            {
                TextDrawing.Draw(canvas, TextDrawing.Wrap(Caption, bitmap.Width - 20, 16, bold: true, lines: 1)[0], 10, 25, 16, new SKColor(
                    0x26, 0x26, 0x26), bold: true);
            }

            canvas.DrawBitmap(upper, 10, top);
            canvas.DrawBitmap(lower, 0, top + whole.Height);
        }

        return ImageBytes.FromBitmap(bitmap);
    }

    /// <inheritdoc/>
    public byte[]? ToPng() => PreviewPng.Encode(ToImage(PreviewPng.Width));

    /// <inheritdoc/>
    public string ToText() =>
        $"{Caption ?? "Insets"}: {string.Join(" | ", Versions.Select(v => v.Note is null ? v.Title : $"{v.Title} {v.Note}"))}, "
        + $"{Regions.Count} parts enlarged";

    private static RgbImage Frame(RgbImage whole, IReadOnlyList<InsetRegion> regions)
    {
        using SKBitmap bitmap = ImageBytes.ToBitmap(whole);
        using (var canvas = new SKCanvas(bitmap))
        {
            float line = Math.Max(2, whole.Width / 160f);
            for (int i = 0; i < regions.Count; i++)
            {
                using var paint = new SKPaint { Color = SKColor.Parse(Palette.At(i + 1)), Style = SKPaintStyle.Stroke, StrokeWidth = line };
                canvas.DrawRect(
                    regions[i].X - (line / 2), regions[i].Y - (line / 2), regions[i].Width + line, regions[i].Height + line, paint);
            }
        }

        return ImageBytes.FromBitmap(bitmap);
    }
}
