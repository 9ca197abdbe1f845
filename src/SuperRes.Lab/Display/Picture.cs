using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Display;

/// <summary>One picture with an optional caption, shown pixel for pixel.</summary>
[TypeFormatterSource(typeof(DisplayableFormatterSource))]
public sealed class Picture : IDisplayable
{
    /// <summary>Creates the value; the pixels are not copied.</summary>
    /// <param name="image">What to show.</param>
    /// <param name="caption">A line below it.</param>
    /// <param name="scale">How many screen pixels one pixel takes each way; default 1.</param>
    public Picture(RgbImage image, string? caption = null, int scale = 1)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        (Image, Caption, Scale) = (image, caption, scale);
    }

    /// <summary>The pixels.</summary>
    public RgbImage Image { get; }

    /// <summary>The line below, or null.</summary>
    public string? Caption { get; }

    /// <summary>How many screen pixels one pixel takes each way.</summary>
    public int Scale { get; }

    /// <inheritdoc/>
    public string ToHtml()
    {
        string caption = Caption is null ? "" : $"<figcaption style=\"font-size:.9em\">{Markup.Escape(Caption)}</figcaption>";
        return $"<figure class=\"srl-picture\" style=\"margin:.5em 0\"><img alt=\"{Markup.Escape(Caption ?? "picture")}\" src=\"{ImageBytes.DataUri(Image, 200_000)}\" " +
            $"width=\"{Image.Width * Scale}\" style=\"max-width:100%;height:auto;image-rendering:pixelated\"/>{caption}</figure>";
    }

    /// <inheritdoc/>
    public byte[]? ToPng() => ImageBytes.Png(ImageBytes.Repeat(Image, Scale));

    /// <inheritdoc/>
    public string ToText() => $"{(Caption is null ? "Picture" : Caption)} ({Image.Width}×{Image.Height} px)";
}
