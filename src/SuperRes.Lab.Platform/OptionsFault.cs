using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SuperRes.Lab;

/// <summary>Says what is wrong in a file of options: place, line, what is expected there, and never a type's name.</summary>
internal static class OptionsFault
{
    /// <summary>One sentence about a fault.</summary>
    /// <param name="fault">What the serializer says.</param>
    /// <param name="source">What to name, such as the file.</param>
    /// <param name="root">The record that was read.</param>
    /// <returns>The sentence.</returns>
    public static string Describe(JsonException fault, string source, Type root) => Describe(fault, source, root, "$", 0);

    private static string Describe(JsonException fault, string source, Type root, string section, long lines)
    {
        string path = section + (fault.Path ?? "$")[1..];
        if (fault.InnerException is JsonException { Path: not null } inner)
        {
            // A section whose type depends on its content is read on its own; paths and lines within it count from its beginning.
            return Describe(inner, source, root, path, lines + (fault.LineNumber ?? 0));
        }

        string place = path == "$" ? "" : $" at {path}";
        string line = fault.LineNumber is { } number ? $" (line {lines + number + 1})" : "";
        string what = source + place + line, message = fault.Message;
        if (message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            return $"{what}: {Unknown(Quoted(message), TypeIn(message, "in type '"), root)}";
        }

        if (message.Contains("could not be converted to", StringComparison.Ordinal))
        {
            string type = message.Split("could not be converted to ")[1].Split(". ")[0].TrimEnd('.');
            return $"{what}: the value has the wrong type; {Expected(type)} is expected.";
        }

        if (message.Contains("missing required properties", StringComparison.Ordinal))
        {
            string keys = string.Join(", ",
                message.Split("including:")[1].Split('\'').Where((_, i) => i % 2 == 1).Select(key => $"\"{key}\""));
            return $"{what}: {keys} must be given.";
        }

        return message.Contains("setting null values", StringComparison.Ordinal)
            ? $"{what}: null is no value of \"{Quoted(message)}\"; leave the key out for its default."
            : $"{what} can't be read: {message.Split(" Path:")[0].TrimEnd('.', ' ')}.";
    }

    private static string Unknown(string key, Type? record, Type root)
    {
        string[] known = record is null ? [] : [.. Keys(record)];
        IReadOnlyList<string> near = Spelling.NearKeys(key, known);
        string advice = near.Count > 0 ? $"did you mean {string.Join(" or ", near.Select(name => $"\"{name}\""))}?"
            : PlaceOf(key, root, []) is { } place ? $"\"{key}\" is a key of {place}."
            : known.Length > 0 ? $"use one of {string.Join(", ", known)}." : "check its spelling or remove it.";
        return $"the key \"{key}\" is unknown; {advice}";
    }

    /// <summary>The section that has a key; null where none has it.</summary>
    private static string? PlaceOf(string key, Type record, HashSet<Type> seen)
    {
        foreach (JsonPropertyInfo property in OptionsJson.Compact.GetTypeInfo(record).Properties)
        {
            Type type = Item(property.PropertyType) ?? property.PropertyType;
            if (type.Namespace?.StartsWith("SuperRes.Lab", StringComparison.Ordinal) == true && type is { IsEnum: false } && seen.Add(type))
            {
                if (Keys(type).Contains(key, StringComparer.Ordinal))
                {
                    return $"\"{property.Name}\"";
                }

                if (PlaceOf(key, type, seen) is { } within)
                {
                    return $"\"{property.Name}\".{within}";
                }
            }
        }

        return null;
    }

    private static IEnumerable<string> Keys(Type record) =>
        OptionsJson.Compact.GetTypeInfo(record).Properties.Where(key => key is { Get: not null, Set: not null }).Select(key => key.Name);

    private static string Expected(string name)
    {
        Type? type = Find(name);
        return type switch
        {
            null => "another kind of value",
            _ when type == typeof(string) => "a text in quotes",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            { IsPrimitive: true } => "a number",
            { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)),
            _ when Item(type) is not null => "a list in brackets",
            _ => "a section in braces",
        };
    }

    /// <summary>What a list holds; null for what is no list.</summary>
    private static Type? Item(Type type) => type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type) ? null
        : type.IsArray ? type.GetElementType() : type.GetGenericArguments().FirstOrDefault();

    private static string Quoted(string message) => message.Split('\'') is [_, var first, ..] ? first : "";

    private static Type? TypeIn(string message, string before) =>
        message.Split(before) is [.., var rest] ? Find(rest.Split('\'')[0]) : null;

    private static Type? Find(string name)
    {
        const string Nullable = "System.Nullable`1[";
        string plain = name.StartsWith(Nullable, StringComparison.Ordinal) ? name[Nullable.Length..].TrimEnd(']') : name;
        return Type.GetType(plain) ?? AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(plain)).FirstOrDefault(
            type => type is not null);
    }
}
