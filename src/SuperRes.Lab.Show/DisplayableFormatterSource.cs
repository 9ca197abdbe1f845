using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>Creates the formatters of every <see cref="IDisplayable"/> for .NET Interactive, and of pictures without a caption.</summary>
internal class DisplayableFormatterSource
{
    /// <summary>The formatters, each with a property MimeType and a method Format(object, TextWriter) that says whether it wrote.</summary>
    /// <returns>HTML, PNG and text.</returns>
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new DisplayableFormatter("text/html", ViewOf, value => value.ToHtml()),
        new DisplayableFormatter("image/png", ViewOf, value => value.ToPng() is { } png ? Convert.ToBase64String(png) : null),
        new DisplayableFormatter("text/plain", ViewOf, value => value.ToText()),
    ];

    /// <summary>What shows a value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Its view; null where there is none.</returns>
    public virtual IDisplayable? ViewOf(object? value) => value as IDisplayable ?? (value is RgbImage image ? new Picture(image) : null);
}
