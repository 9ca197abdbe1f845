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
            throw new InputException(Describe(e, source, "$", 0), e);
        }
    }

    /// <summary>Takes up sections that were registered since the settings were made.</summary>
    internal static void Renew() => (Indented, Compact) = (Create(indented: true), Create(indented: false));

    private static string Describe(JsonException e, string source, string section, long lines)
    {
        string path = section + (e.Path ?? "$")[1..];
        if (e.InnerException is JsonException { Path: not null } inner)
        {
            // A section whose type depends on its content is read on its own; paths and lines within it count from its beginning.
            return Describe(inner, source, path, lines + (e.LineNumber ?? 0));
        }

        string place = path == "$" ? "" : $" at {path}";
        string line = e.LineNumber is { } number ? $" (line {lines + number + 1})" : "";
        int quote = e.Message.IndexOf('\'', StringComparison.Ordinal);
        if (e.Message.Contains("could not be mapped", StringComparison.Ordinal) && quote >= 0)
        {
            string key = e.Message[(quote + 1)..e.Message.IndexOf('\'', quote + 1)];
            string advice = KnownKeys(e.Message) is { Length: > 0 } known ? $"use one of {known}" : "check its spelling or remove it";
            return $"{source}{place}{line}: the key \"{key}\" is unknown; {advice}.";
        }

        if (e.Message.Contains("could not be converted to", StringComparison.Ordinal))
        {
            string type = e.Message.Split("could not be converted to ")[1].Split(". ")[0].TrimEnd('.');
            return $"{source}{place}{line}: the value has the wrong type; {Expected(type)} is expected.";
        }

        string message = e.Message.Split(" Path:")[0].TrimEnd('.', ' ');
        return $"{source}{place}{line} can't be read: {message}.";
    }

    /// <summary>The keys of the record that a message about an unknown one speaks of.</summary>
    private static string KnownKeys(string message)
    {
        string type = message.Split("in type '")[^1].Split('\'')[0];
        return Type.GetType(type + ", SuperRes.Lab") is { } record
            ? string.Join(", ",
                Compact.GetTypeInfo(record).Properties.Where(key => key is { Get: not null, Set: not null }).Select(key => key.Name))
            : "";
    }

    private static string Expected(string type) => type switch
    {
        _ when type.Contains("Int", StringComparison.Ordinal) => "a whole number",
        _ when type.Contains("Double", StringComparison.Ordinal) || type.Contains("Single", StringComparison.Ordinal) => "a number",
        _ when type.Contains("Boolean", StringComparison.Ordinal) => "true or false",
        _ when type.EndsWith("String", StringComparison.Ordinal) => "a text in quotes",
        _ when type.Contains("List", StringComparison.Ordinal) || type.EndsWith("[]", StringComparison.Ordinal) => "a list",
        _ => Type.GetType(type + ", SuperRes.Lab") is { IsEnum: true } named
            ? "one of " + string.Join(", ", Enum.GetNames(named).Select(JsonNamingPolicy.CamelCase.ConvertName))
            : $"a {type.Split('.')[^1]}",
    };

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
