using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>
/// One picture with an optional caption. It is fitted into the page's width; a click shows its real pixels.
/// </summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Displayable)]
public sealed class Picture : IDisplayable
{
    /// <summary>Creates the value; the pixels are not copied.</summary>
    /// <param name="image">What to show.</param>
    /// <param name="caption">A line below it.</param>
    /// <param name="scale">How many screen pixels one pixel takes each way; default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is less than 1.</exception>
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
        string caption = Caption is null ? ""
            : $"<figcaption style=\"font-size:.9em;margin-top:.3em\">{Markup.Escape(Caption)}</figcaption>";
        return $"<figure class=\"srl-picture\" style=\"margin:.6em "
            + $"0;overflow-x:auto\">{PictureMarkup.Style}"
            + $"{PictureMarkup.Image(Image, Caption ?? "picture", Scale, 100_000)}{caption}</figure>";
    }

    /// <inheritdoc/>
    public byte[]? ToPng() => PreviewPng.Encode(ImageBytes.Repeat(Image, Scale));

    /// <inheritdoc/>
    public string ToText() => $"{Caption ?? "Picture"} ({Image.Width}×{Image.Height} px)";
}
