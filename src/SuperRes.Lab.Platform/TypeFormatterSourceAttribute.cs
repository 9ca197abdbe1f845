using System.Reflection;
using System.Runtime.Loader;

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
    public Type FormatterSourceType => Find(formatterSource) ?? typeof(NoFormats);

    /// <summary>Whether the values have a picture; default true. An engine that is told of one writes it even if it is empty.</summary>
    public bool HasPicture { get; set; } = true;

    /// <summary>The MIME types that are shown where the notebook asks for none. Text is among them for exports to paper.</summary>
    public string[] PreferredMimeTypes => HasPicture ? ["text/html", "image/png", "text/plain"] : ["text/html", "text/plain"];

    /// <summary>
    /// Takes the assembly that is loaded beside this one, if there is one: a notebook engine's loader, asked for it by its name alone,
    /// takes it for a second of that name and refuses.
    /// </summary>
    private static Type? Find(string name)
    {
        string[] parts = name.Split(", ");
        Assembly own = typeof(TypeFormatterSourceAttribute).Assembly;
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(own)!;
        Assembly? loaded = context.Assemblies.Concat(AppDomain.CurrentDomain.GetAssemblies())
            .FirstOrDefault(assembly => assembly.GetName().Name == parts[1]);
        return loaded is null ? Type.GetType(name) : loaded.GetType(parts[0]);
    }

    private sealed class NoFormats
    {
        public IEnumerable<object> CreateTypeFormatters() => [];
    }
}
