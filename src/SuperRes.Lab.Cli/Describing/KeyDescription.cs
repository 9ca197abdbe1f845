using System.Text;
using System.Text.Json.Nodes;
using SuperRes.Lab.Cli.Terminals;

namespace SuperRes.Lab.Cli.Describing;

/// <summary>What the schema says of a key of experiment files, as text for a terminal.</summary>
internal sealed class KeyDescription
{
    private readonly JsonObject _schema;
    private readonly int _width;

    /// <summary>Describes keys of a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="width">Columns of the text.</param>
    public KeyDescription(JsonObject schema, int width) => (_schema, _width) = (schema, width);

    /// <summary>Describes a key, and for a section the keys within it.</summary>
    /// <param name="path">Such as loss.pixelWeight or stages.size; empty for the whole file. Numbers of stages are read over.</param>
    /// <returns>Several lines.</returns>
    /// <exception cref="InputException">There is no such key; the message has the nearest ones.</exception>
    public string Of(string path)
    {
        JsonObject at = _schema;
        var walked = new List<string>();
        foreach (string key in path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)
            .Split('.', StringSplitOptions.RemoveEmptyEntries).Where(key => key != "$" && !int.TryParse(key, out _)))
        {
            at = Step(at, key, string.Join('.', walked));
            walked.Add(key);
        }

        var text = new StringBuilder();
        if (walked.Count > 0)
        {
            Wrapped(text, Words(at), "    ", string.Join('.', walked) + " ");
        }

        Wrapped(text, at["description"]?.GetValue<string>() ?? "", "  ");
        Choices(text, at);
        foreach ((string? title, JsonObject section) in Sections(at))
        {
            text.Append(title is null ? "\n" : $"\n{title}\n");
            foreach ((string name, JsonNode? key) in section["properties"]!.AsObject().Where(key => key.Value!["deprecated"] is null))
            {
                bool isRequired = section["required"] is JsonArray names && names.Any(n => n!.GetValue<string>() == name);
                Wrapped(text, Words(key!.AsObject(), isRequired), "          ", $"  {name} ");
                Wrapped(text, key["description"]?.GetValue<string>() ?? "", "      ");
            }
        }

        return text.ToString().TrimEnd();
    }

    private JsonObject Step(JsonObject at, string key, string path)
    {
        JsonObject[] sections = [.. Sections(at).Select(section => section.Section)];
        if (sections.Select(section => section["properties"]![key]).FirstOrDefault(found => found is not null) is { } known)
        {
            return known.AsObject();
        }

        string place = path.Length == 0 ? "an experiment file" : path;
        string[] keys = [.. sections.SelectMany(section => section["properties"]!.AsObject()).Where(k => k.Value!["deprecated"] is null)
            .Select(k => k.Key).Distinct(StringComparer.Ordinal)];
        IReadOnlyList<string> near = Spelling.NearKeys(key, keys);
        throw new InputException($"There is no key \"{key}\" in {place}; " + (keys.Length == 0 ? $"it is no section."
            : near.Count > 0 ? $"did you mean {string.Join(" or ", near)}?" : $"use one of {string.Join(", ", keys)}."));
    }

    /// <summary>The sections that a key can hold: one, or one for each network.</summary>
    private IEnumerable<(string? Title, JsonObject Section)> Sections(JsonObject key)
    {
        JsonObject at = Resolve(key);
        if (at["items"] is JsonObject item)
        {
            at = Resolve(item);
        }

        if (at["oneOf"] is JsonArray either)
        {
            at = either.Select(one => Resolve(one!.AsObject())).FirstOrDefault(one => one["properties"] is not null) ?? at;
        }

        if (at["allOf"] is JsonArray kinds)
        {
            return kinds.Select(kind => (
                (string?)$"with body {Names(kind!["if"]!["properties"]!["body"]!["enum"]!.AsArray())}:",
                Resolve(kind["then"]!.AsObject())));
        }

        return at["properties"] is null ? [] : [(null, at)];
    }

    private JsonObject Resolve(JsonObject schema) => schema["$ref"]?.GetValue<string>() is { } reference
        ? _schema["definitions"]![reference.Split('/')[^1]]!.AsObject() : schema;

    private string Words(JsonObject key, bool isRequired = false)
    {
        string written = key.ContainsKey("default") ? key["default"]?.ToJsonString(OptionsJson.Compact) ?? "none" : "";
        string otherwise = isRequired ? "; must be given" : written.Length is 0 or > 60 || written == "{}" ? "" : $"; default {written}";
        return Kind(key) + otherwise;
    }

    private string Kind(JsonObject key)
    {
        if (key["oneOf"] is JsonArray either)
        {
            return string.Join(" or ", either.Select(one => Kind(one!.AsObject())).Where(kind => kind != "nothing"));
        }

        if (key["enum"] is JsonArray names)
        {
            return "one of " + Names(names);
        }

        string type = key["type"] is JsonArray types ? types[0]!.GetValue<string>() : key["type"]?.GetValue<string>() ?? "object";
        return type switch
        {
            "integer" => "whole number" + Range(key),
            "number" => "number" + Range(key),
            "boolean" => "true or false",
            "string" => key["pattern"] is null ? "text" : "\"slice(low,high)\"",
            "array" when key["maxItems"] is not null => "[low, high]",
            "array" => $"list of {(key["items"]!["$ref"] is null ? Plural(Kind(key["items"]!.AsObject())) : "sections")}",
            "null" => "nothing",
            _ => "section",
        };
    }

    private static string Plural(string kind) => kind.Replace("number", "numbers", StringComparison.Ordinal);

    private static string Names(JsonArray names) =>
        string.Join(", ", names.Where(name => name is not null).Select(name => name!.GetValue<string>()));

    private static string Range(JsonObject key) => (key["minimum"], key["maximum"], key["exclusiveMinimum"]) switch
    {
        (null, null, { } above) => $" above {above.ToJsonString()}",
        ({ } low, { } high, _) => $" {low.ToJsonString()} to {high.ToJsonString()}",
        ({ } low, null, _) => $" {low.ToJsonString()} and above",
        _ => "",
    };

    private void Choices(StringBuilder text, JsonObject key)
    {
        if (key["enum"] is JsonArray names && key["enumDescriptions"] is JsonArray descriptions)
        {
            foreach ((JsonNode? name, JsonNode? description) in names.Zip(descriptions))
            {
                Wrapped(text, $"{name?.GetValue<string>()}: {description?.GetValue<string>()}", "    ");
            }
        }
    }

    private void Wrapped(StringBuilder text, string words, string indent, string lead = "") =>
        text.AppendWrapped(words, indent, lead, _width);
}
