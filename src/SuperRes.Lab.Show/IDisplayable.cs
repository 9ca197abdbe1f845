namespace SuperRes.Lab.Show;

/// <summary>
/// A value that shows itself: as HTML in notebooks and pages, as a picture where only pictures are shown, as text on a console.
/// </summary>
public interface IDisplayable
{
    /// <summary>A fragment of HTML that stands alone: no external file, no script it depends on, readable on light and on dark.</summary>
    /// <returns>Well-formed markup with one root element.</returns>
    string ToHtml();

    /// <summary>The value as one picture, for viewers that show no HTML.</summary>
    /// <returns>A PNG file's bytes, or null where text says as much.</returns>
    byte[]? ToPng();

    /// <summary>The value for a console.</summary>
    /// <returns>Text of one or more lines without a line break at its end.</returns>
    string ToText();
}
