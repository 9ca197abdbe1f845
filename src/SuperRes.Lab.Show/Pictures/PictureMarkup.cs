using System.Globalization;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>The markup that all pictures share: fitted into their place, and real pixels on a click, without a script.</summary>
internal static class PictureMarkup
{
    /// <summary>
    /// A hidden checkbox before each picture holds whether it is enlarged. Where style elements are taken out, as in Jupyter before a
    /// notebook is trusted, the pictures stay fitted; the checkbox hides itself by its own style, or it would be seen there.
    /// In a table the enlarged picture takes its row's place.
    /// </summary>
    public const string Style = "<style>" +
        ".srl-zoom+img{cursor:zoom-in}" +
        ".srl-zoom:focus-visible+img{outline:2px solid #0072b2;outline-offset:1px}" +
        ".srl-zoom:checked+img{cursor:zoom-out;width:auto!important;max-width:none!important;height:auto!important;" +
        "image-rendering:pixelated!important;zoom:var(--srl-scale,1)}" +
        ".srl-grid tr:has(.srl-zoom:checked) td:not(:has(.srl-zoom:checked)){display:none}" +
        ".srl-grid td:has(.srl-zoom:checked),.srl-grid td:has(.srl-zoom:checked) div{text-align:left!important;white-space:nowrap}" +
        "</style>";

    /// <summary>One picture.</summary>
    /// <param name="image">The pixels.</param>
    /// <param name="text">What it shows, for those who can't see it.</param>
    /// <param name="scale">How many screen pixels one pixel takes each way.</param>
    /// <param name="budget">How many encoded bytes are welcome.</param>
    /// <param name="extraStyle">Further declarations for the picture.</param>
    /// <returns>A label around a checkbox and the picture.</returns>
    public static string Image(RgbImage image, string text, int scale, int budget, string extraStyle = "")
    {
        // Small pictures are shown in hard pixels, large ones are smoothed when the browser makes them smaller.
        string rendering = image.Width * scale <= 480 ? "image-rendering:pixelated;" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<label style=\"display:inline-block;max-width:100%;vertical-align:top\"><input type=\"checkbox\" class=\"srl-zoom\" "
            + $"style=\"position:absolute;opacity:0;width:1px;height:1px;margin:0\" aria-label=\"real pixels\"/>") +
            string.Create(CultureInfo.InvariantCulture,
                $"<img alt=\"{Markup.Escape(text)}\" width=\"{image.Width * scale}\" height=\"{image.Height * scale}\" ") +
            string.Create(
                CultureInfo.InvariantCulture,
                $"style=\"max-width:100%;height:auto;vertical-align:top;{rendering}--srl-scale:{scale};{extraStyle}\" "
                + $"src=\"{ImageBytes.DataUri(image, budget)}\"/></label>");
    }
}
