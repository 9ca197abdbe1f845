namespace SuperRes.Lab;

/// <summary>
/// Says which type makes a value's notebook formats. .NET Interactive looks the attribute up by its name and the members by theirs, so that
/// no package of
/// the engine is needed; our own engine reads it too. The formats of the library's values are in another assembly, which is named in text:
/// the library
/// itself knows no HTML.
/// </summary>
/// <param name="formatterSource">A type with a parameterless constructor and a method CreateTypeFormatters, by its assembly-qualified
/// name.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface)]
internal sealed class TypeFormatterSourceAttribute(string formatterSource) : Attribute
{
    /// <summary>What makes the formats of values that show themselves.</summary>
    public const string Displayable = "SuperRes.Lab.Show.DisplayableFormatterSource, SuperRes.Lab.Show";

    /// <summary>What makes the formats of the library's own values.</summary>
    public const string Course = "SuperRes.Lab.Course.ViewFormatterSource, SuperRes.Lab.Course";

    /// <summary>The type; one without formats where its assembly is not there.</summary>
    public Type FormatterSourceType => Type.GetType(formatterSource) ?? typeof(NoFormats);

    /// <summary>The MIME types that are shown where the notebook asks for none.</summary>
    public string[] PreferredMimeTypes { get; set; } = ["text/html", "image/png"];

    private sealed class NoFormats
    {
        public IEnumerable<object> CreateTypeFormatters() => [];
    }
}
