using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SuperRes.Lab;

/// <summary>How options are written in files: camelCase names and enum values, comments allowed, unknown keys refused.</summary>
public static class OptionsJson
{
    /// <summary>The settings for readable files.</summary>
    public static JsonSerializerOptions Indented { get; private set; } = Create(indented: true);

    /// <summary>The settings for metadata.</summary>
    public static JsonSerializerOptions Compact { get; private set; } = Create(indented: false);

    /// <summary>Reads options.</summary>
    /// <typeparam name="T">Their record.</typeparam>
    /// <param name="json">The text.</param>
    /// <param name="source">What to name in messages, such as the file.</param>
    /// <returns>The options; defaults where a key is absent.</returns>
    /// <exception cref="InputException">The text is no JSON, a key is unknown, or a value has the wrong type; the JSON path is
    /// named.</exception>
    public static T Read<T>(string json, string source)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Compact) ?? throw new InputException($"{source} holds null; write an object.");
        }
        catch (JsonException e)
        {
            throw new InputException(OptionsFault.Describe(e, source, typeof(T)), e);
        }
    }

    /// <summary>Takes up sections that were registered since the settings were made.</summary>
    internal static void Renew() => (Indented, Compact) = (Create(indented: true), Create(indented: false));

    private static JsonSerializerOptions Create(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = indented,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AcceptFormerKeys, AddSections } },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private static void AddSections(JsonTypeInfo info)
    {
        if (!typeof(IOptionSections).IsAssignableFrom(info.Type))
        {
            return;
        }

        foreach ((string name, Type type) in ((IOptionSections)Activator.CreateInstance(info.Type)!).Sections)
        {
            // A property of that name is only a shorter way to the section.
            if (info.Properties.FirstOrDefault(property => property.Name == name) is { } declared)
            {
                info.Properties.Remove(declared);
            }

            JsonPropertyInfo section = info.CreateJsonPropertyInfo(type, name);
            section.Get = options => ((IOptionSections)options).GetSection(name);
            section.Set = (options, value) => ((IOptionSections)options).SetSection(name, value!);
            section.ShouldSerialize = (_, value) => value is not null;
            section.IsSetNullable = false;
            info.Properties.Add(section);
        }
    }

    private static void AcceptFormerKeys(JsonTypeInfo info)
    {
        foreach (FormerKeysAttribute former in info.Type.GetCustomAttributes<FormerKeysAttribute>(inherit: false))
        {
            foreach (string name in former.Names)
            {
                JsonPropertyInfo property = info.CreateJsonPropertyInfo(typeof(JsonElement), name);
                property.Set = (_, value) =>
                {
                    if (former.Value is { } only && value is JsonElement element && element.GetRawText() != only)
                    {
                        throw new JsonException($"the key \"{name}\" has no meaning here; remove it");
                    }
                };
                info.Properties.Add(property);
            }
        }
    }
}
