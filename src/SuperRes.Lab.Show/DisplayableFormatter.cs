namespace SuperRes.Lab.Show;

/// <summary>One MIME type's formatter as .NET Interactive's convention wants it.</summary>
/// <param name="mimeType">What the formatter writes.</param>
/// <param name="viewOf">What shows a value; null for none.</param>
/// <param name="format">The view in this type; null where it has no such form.</param>
internal sealed class DisplayableFormatter(string mimeType, Func<object?, IDisplayable?> viewOf, Func<IDisplayable, string?> format)
{
    /// <summary>What the formatter writes.</summary>
    public string MimeType { get; } = mimeType;

    /// <summary>Writes a value.</summary>
    /// <param name="instance">The value.</param>
    /// <param name="writer">Where to.</param>
    /// <returns>False where the value has no such form.</returns>
    public bool Format(object instance, TextWriter writer)
    {
        if (viewOf(instance) is not { } displayable || format(displayable) is not { } text)
        {
            return false;
        }

        writer.Write(text);
        return true;
    }
}
