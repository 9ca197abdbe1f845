using System.Globalization;
using SkiaSharp;
using SuperRes.Lab.Imaging;
using TorchSharp;

namespace SuperRes.Lab.Show;

/// <summary>A plane of numbers in colours beside a bar that says which colour is which number: features, gradients, differences.</summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Displayable)]
public sealed class HeatMap : IDisplayable
{
    private readonly float[] _values;

    /// <summary>Creates the value.</summary>
    /// <param name="width">Numbers in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="values">height × width numbers, rows from the top; copied.</param>
    /// <param name="caption">A line below; default none.</param>
    /// <param name="colors">The colours; default <see cref="ColorMap.Viridis"/>.</param>
    /// <param name="minimum">The number of the first colour; default the smallest value.</param>
    /// <param name="maximum">The number of the last colour; default the largest value.</param>
    /// <param name="unit">The numbers' unit, written at the bar; default none.</param>
    /// <exception cref="ArgumentException">The sizes don't fit together.</exception>
    public HeatMap(
        int width, int height, ReadOnlySpan<float> values, string? caption = null, ColorMap? colors = null, double? minimum = null,
            double? maximum = null, string unit = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (values.Length != (long)width * height)
        {
            throw new ArgumentException($"{width}×{height} numbers were expected; {values.Length} were given.", nameof(values));
        }

        (Width, Height, Caption, Colors, Unit) = (width, height, caption, colors ?? ColorMap.Viridis, unit);
        _values = values.ToArray();
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (float value in _values)
        {
            if (float.IsFinite(value))
            {
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }
        }

        Minimum = minimum ?? (double.IsFinite(low) ? low : 0);
        Maximum = maximum ?? (double.IsFinite(high) ? high : 1);
    }

    /// <summary>Numbers in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The line below, or null.</summary>
    public string? Caption { get; }

    /// <summary>The colours.</summary>
    public ColorMap Colors { get; }

    /// <summary>The number of the first colour.</summary>
    public double Minimum { get; }

    /// <summary>The number of the last colour.</summary>
    public double Maximum { get; }

    /// <summary>The numbers' unit.</summary>
    public string Unit { get; }

    /// <summary>Makes a heat map of a tensor.</summary>
    /// <param name="plane">H×W, 1×H×W or 1×1×H×W numbers; not disposed.</param>
    /// <param name="caption">A line below; default none.</param>
    /// <param name="colors">The colours; default <see cref="ColorMap.Viridis"/>.</param>
    /// <param name="minimum">The number of the first colour; default the smallest value.</param>
    /// <param name="maximum">The number of the last colour; default the largest value.</param>
    /// <param name="unit">The numbers' unit; default none.</param>
    /// <returns>The heat map.</returns>
    /// <exception cref="ArgumentException">The tensor is no plane.</exception>
    public static HeatMap Of(torch.Tensor plane, string? caption = null, ColorMap? colors = null, double? minimum = null,
        double? maximum = null, string unit = "")
    {
        long[] shape = plane.shape;
        if (shape.Length is < 2 or > 4 || shape[..^2].Any(n => n != 1))
        {
            throw new ArgumentException($"A plane H×W (or 1×H×W) was expected; the tensor is {string.Join('×', shape)}.", nameof(plane));
        }

        using torch.Tensor flat = plane.detach().to(torch.ScalarType.Float32).cpu().contiguous();
        return new HeatMap((int)shape[^1], (int)shape[^2], flat.data<float>().ToArray(), caption, colors, minimum, maximum, unit);
    }

    /// <summary>One number.</summary>
    /// <param name="x">Column.</param>
    /// <param name="y">Row.</param>
    /// <returns>The number.</returns>
    public float this[int x, int y] => _values[(y * Width) + x];

    /// <summary>The colours alone, a pixel per number, for use in a <see cref="PictureGrid"/>.</summary>
    /// <returns>The picture.</returns>
    public RgbImage ToImage()
    {
        var image = new RgbImage(Width, Height);
        double span = Maximum > Minimum ? Maximum - Minimum : 1;
        for (int i = 0; i < _values.Length; i++)
        {
            (image.Pixels[i * 3], image.Pixels[(i * 3) + 1], image.Pixels[(i * 3) + 2]) = Colors.At((_values[i] - Minimum) / span);
        }

        return image;
    }

    /// <inheritdoc/>
    public string ToHtml()
    {
        string stops = string.Join(',', Enumerable.Range(0, 13).Select(i => Hex(Colors.At(i / 12.0))));
        string ticks = string.Concat(Ticks().Select(t => $"<span>{Markup.Escape(t)}</span>"));
        string caption = Caption is null ? ""
            : $"<figcaption style=\"font-size:.9em;margin-top:.3em\">{Markup.Escape(Caption)}</figcaption>";
        return $"<figure class=\"srl-heat\" style=\"margin:.6em 0;overflow-x:auto\">{PictureMarkup.Style}" +
            $"{PictureMarkup.Image(ToImage(), Caption ?? "heat map", DisplayScale, 100_000)}" +
            string.Create(
                CultureInfo.InvariantCulture,
                $"<div style=\"width:{Math.Clamp(Width * DisplayScale, 220, 480)}px;max-width:100%;"
                    + $"margin-top:.3em;font-size:.8em;font-variant-numeric:tabular-nums\">") +
            $"<div style=\"height:.8em;border-radius:2px;background:linear-gradient(to right,{stops})\"></div>" +
            $"<div style=\"display:flex;justify-content:space-between\">{ticks}</div></div>{caption}</figure>";
    }

    /// <inheritdoc/>
    public byte[]? ToPng()
    {
        RgbImage colors = ImageBytes.Repeat(ToImage(), DisplayScale);
        int width = Math.Max(colors.Width, 220);
        using var bitmap = new SKBitmap(new SKImageInfo(width, colors.Height + 38, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        using (SKBitmap map = ImageBytes.ToBitmap(colors))
        {
            canvas.Clear(SKColors.White);
            canvas.DrawBitmap(map, 0, 0);
            DrawBar(canvas, width, colors.Height + 6);
        }

        return PreviewPng.Encode(ImageBytes.FromBitmap(bitmap));
    }

    /// <inheritdoc/>
    public string ToText() =>
        $"{Caption ?? "Heat map"} ({Width}×{Height}, {Number(Minimum)} to {Number(Maximum)}{(Unit.Length == 0 ? "" : " " + Unit)})";

    /// <summary>The size that all but half a percent of the numbers stay below, so that a few extremes don't leave the rest without
    /// colour.</summary>
    /// <param name="values">The numbers.</param>
    /// <returns>The size, 1 at least.</returns>
    internal static double NearlyAll(float[] values)
    {
        float[] sizes = values.Select(Math.Abs).Order().ToArray();
        return Math.Max(1, Math.Ceiling(sizes[(int)((sizes.Length - 1) * 0.995)]));
    }

    private int DisplayScale => Math.Clamp(320 / Width, 1, 16);

    private static string Hex((byte R, byte G, byte B) color) => $"#{color.R:x2}{color.G:x2}{color.B:x2}";

    private void DrawBar(SKCanvas canvas, int width, int top)
    {
        using var paint = new SKPaint();
        for (int x = 4; x < width - 4; x++)
        {
            (byte r, byte g, byte b) = Colors.At((x - 4) / (width - 9.0));
            paint.Color = new SKColor(r, g, b);
            canvas.DrawRect(x, top, 1, 10, paint);
        }

        string[] ticks = Ticks();
        for (int i = 0; i < ticks.Length; i++)
        {
            SKTextAlign align = i == 0 ? SKTextAlign.Left : i == ticks.Length - 1 ? SKTextAlign.Right : SKTextAlign.Center;
            TextDrawing.Draw(
                canvas, ticks[i], 4 + (i * (width - 8f) / (ticks.Length - 1)), top + 24, 12, new SKColor(0x26, 0x26, 0x26), align: align);
        }
    }

    /// <summary>What is written under the bar; ≤ and ≥ where numbers lie beyond its ends.</summary>
    private string[] Ticks()
    {
        string unit = Unit.Length == 0 ? "" : " " + Unit;
        return [
            (_values.Any(v => v < Minimum - 1e-9) ? "≤ " : "") + Number(Minimum),
            Number((Minimum + Maximum) / 2),
            (_values.Any(v => v > Maximum + 1e-9) ? "≥ " : "") + Number(Maximum) + unit];
    }

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture).Replace('-', '−');
}
