namespace SuperRes.Lab.Display;

/// <summary>
/// Tells .NET Interactive where a type's formatters are. The engine looks the attribute up by its name and the members by theirs, so
/// that a library needs no reference to the engine's package.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>A type with a parameterless constructor and a method CreateTypeFormatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The MIME types that are shown where the notebook asks for none.</summary>
    public string[] PreferredMimeTypes { get; set; } = ["text/html", "image/png"];
}

/// <summary>Creates the formatters of every <see cref="IDisplayable"/> for .NET Interactive.</summary>
internal sealed class DisplayableFormatterSource
{
    /// <summary>The formatters, each with a property MimeType and a method Format(object, TextWriter) that says whether it wrote.</summary>
    /// <returns>HTML, PNG and text.</returns>
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new DisplayableFormatter("text/html", value => value.ToHtml()),
        new DisplayableFormatter("image/png", value => value.ToPng() is { } png ? Convert.ToBase64String(png) : null),
        new DisplayableFormatter("text/plain", value => value.ToText()),
    ];
}

/// <summary>One MIME type's formatter as .NET Interactive's convention wants it.</summary>
internal sealed class DisplayableFormatter(string mimeType, Func<IDisplayable, string?> format)
{
    /// <summary>What the formatter writes.</summary>
    public string MimeType { get; } = mimeType;

    /// <summary>Writes a value.</summary>
    /// <param name="instance">The value.</param>
    /// <param name="writer">Where to.</param>
    /// <returns>False where the value has no such form.</returns>
    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not IDisplayable displayable || format(displayable) is not { } text)
        {
            return false;
        }

        writer.Write(text);
        return true;
    }
}
