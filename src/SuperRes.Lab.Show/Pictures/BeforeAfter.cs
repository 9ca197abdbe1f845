using System.Globalization;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>
/// Two pictures of one scene over each other, with a handle to move between them. It needs no script file; where notebooks take
/// even the small inline handler out, the picture stands half and half.
/// </summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Displayable)]
public sealed class BeforeAfter : IDisplayable
{
    /// <summary>Creates the value.</summary>
    /// <param name="before">The picture on the left of the handle; a smaller one is enlarged pixel by pixel.</param>
    /// <param name="after">The picture on the right; it decides the size.</param>
    /// <param name="beforeTitle">Default "before".</param>
    /// <param name="afterTitle">Default "after".</param>
    /// <param name="caption">A line below; default none.</param>
    /// <param name="scale">How many screen pixels one pixel of <paramref name="after"/> takes each way; default 1.</param>
    public BeforeAfter(
        RgbImage before, RgbImage after, string beforeTitle = "before", string afterTitle = "after", string? caption = null, int scale = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        (Before, After, BeforeTitle, AfterTitle, Caption, Scale) = (before, after, beforeTitle, afterTitle, caption, scale);
    }

    /// <summary>The picture on the left.</summary>
    public RgbImage Before { get; }

    /// <summary>The picture on the right.</summary>
    public RgbImage After { get; }

    /// <summary>The left one's title.</summary>
    public string BeforeTitle { get; }

    /// <summary>The right one's title.</summary>
    public string AfterTitle { get; }

    /// <summary>The line below, or null.</summary>
    public string? Caption { get; }

    /// <summary>How many screen pixels one pixel takes each way.</summary>
    public int Scale { get; }

    /// <inheritdoc/>
    public string ToHtml()
    {
        const string Tag =
            "position:absolute;top:.5em;padding:.1em "
            + ".5em;border-radius:3px;background:rgba(0,0,0,.6);color:#fff;font-size:.8em;pointer-events:none;";
        string caption = Caption is null ? ""
            : $"<figcaption style=\"font-size:.9em;margin-top:.3em\">{Markup.Escape(Caption)}</figcaption>";
        int width = After.Width * Scale;
        string rendering = width <= 480 ? "image-rendering:pixelated;" : "";
        string size = string.Create(CultureInfo.InvariantCulture, $"width=\"{width}\" height=\"{After.Height * Scale}\"");
        return string.Create(CultureInfo.InvariantCulture, $"<figure class=\"srl-compare\" style=\"margin:.6em 0;max-width:{width}px\">") +
            "<style>.srl-compare input:focus-visible{opacity:.35!important}</style>" +
            "<div style=\"--at:50%;position:relative;line-height:0;overflow:hidden\">" +
            $"<img alt=\"{Markup.Escape(AfterTitle)}\" {size} style=\"display:block;width:100%;height:auto;{rendering}\" "
                + $"src=\"{ImageBytes.DataUri(After, 80_000)}\"/>" +
            $"<img alt=\"{Markup.Escape(BeforeTitle)}\" {size} "
                + $"style=\"position:absolute;left:0;top:0;width:100%;height:100%;clip-path:inset(0 calc(100% - var(--at)) 0 "
                + $"0);{(Before.Width < After.Width ? "image-rendering:pixelated;" : rendering)}\" "
                + $"src=\"{ImageBytes.DataUri(Before, 80_000)}\"/>" +
            "<div style=\"position:absolute;top:0;bottom:0;left:calc(var(--at) - 1px);width:2px;background:#fff;box-shadow:0 0 3px "
                + "#000;pointer-events:none\">" +
            "<div style=\"position:absolute;top:50%;left:50%;width:26px;height:26px;margin:-13px;border-radius:50%;" +
            "background:#fff;box-shadow:0 0 4px #000;" +
            "color:#333;font-size:13px;line-height:26px;text-align:center;letter-spacing:-1px\">◂▸</div></div>" +
            $"<span style=\"{Tag}left:.5em;line-height:1.5\">{Markup.Escape(BeforeTitle)}</span><span "
                + $"style=\"{Tag}right:.5em;line-height:1.5\">{Markup.Escape(AfterTitle)}</span>" +
            "<input type=\"range\" min=\"0\" max=\"100\" value=\"50\" step=\"0.1\" aria-label=\"before and after\" "
                + "oninput=\"this.parentNode.style.setProperty('--at',this.value+'%')\" " +
            "style=\"position:absolute;left:0;top:0;width:100%;height:100%;margin:0;opacity:0;cursor:ew-resize;touch-action:pan-y\"/>" +
            $"</div>{caption}</figure>";
    }

    /// <summary>Both pictures side by side under their titles.</summary>
    /// <returns>The grid.</returns>
    public PictureGrid ToGrid()
    {
        RgbImage before = Before.Width == After.Width && Before.Height == After.Height ? Before
            : Resampler.Resize(Before, After.Width, After.Height, ResampleFilter.Nearest);
        return new PictureGrid([BeforeTitle, AfterTitle], [new PictureRow(null, [before, After])], Caption, Scale);
    }

    /// <inheritdoc/>
    public byte[]? ToPng() => ToGrid().ToPng();

    /// <inheritdoc/>
    public string ToText() => $"{Caption ?? "Before and after"}: {BeforeTitle} | {AfterTitle} ({After.Width}×{After.Height} px)";
}
