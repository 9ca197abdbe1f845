using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Cli.Describing;

/// <summary>
/// The JSON schema (draft 7) of experiment files: every key with its type, range, default and documentation, made from the options' types,
/// those that plug-ins registered among them. Editors complete and check files by it.
/// </summary>
internal sealed class ExperimentSchema
{
    private readonly XmlDocumentation _documentation = new();
    private readonly JsonObject _sections = [];
    private readonly Dictionary<Type, string> _names = [];

    private ExperimentSchema()
    {
    }

    /// <summary>Makes the schema.</summary>
    public static JsonObject Create()
    {
        var schema = new ExperimentSchema();
        JsonObject root = schema.Section(typeof(Experiment));
        root.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        root.Insert(1, "title", "An experiment of SuperRes.Lab");
        root["definitions"] = schema._sections;
        return root;
    }

    /// <summary>The text of the schema's file.</summary>
    public static string CreateText() => Create().ToJsonString(OptionsJson.Indented).ReplaceLineEndings("\n") + "\n";

    /// <summary>A record's keys.</summary>
    private JsonObject Section(Type type)
    {
        JsonTypeInfo info = OptionsJson.Compact.GetTypeInfo(type);
        object defaults = Activator.CreateInstance(type)!;
        JsonObject keys = [];
        JsonArray required = [];
        foreach (JsonPropertyInfo property in info.Properties.Where(property => property.Get is not null || property.Set is not null))
        {
            keys[property.Name] = Key(type, property, defaults);
            if (property.IsRequired)
            {
                required.Add(property.Name);
            }
        }

        JsonObject section = new()
        {
            ["description"] = _documentation.Of(type),
            ["type"] = "object",
            ["properties"] = keys,
            ["additionalProperties"] = false,
        };
        if (required.Count > 0)
        {
            section["required"] = required;
        }

        return section;
    }

    private JsonObject Key(Type record, JsonPropertyInfo property, object defaults)
    {
        if (property.Get is null)
        {
            return new() { ["description"] = Former(property.Name), ["deprecated"] = true };
        }

        PropertyInfo? declared = property.AttributeProvider as PropertyInfo ?? record.GetProperties()
            .FirstOrDefault(one => JsonNamingPolicy.CamelCase.ConvertName(one.Name) == property.Name);
        JsonObject key = Value(property.PropertyType, declared?.GetCustomAttribute<RangeAttribute>());
        if (Names(record, property.Name) is { } names)
        {
            key["enum"] = new JsonArray([.. names.Select(name => (JsonNode)name)]);
        }

        object? value = property.Get(defaults);
        if (!property.IsRequired)
        {
            JsonNode? written = JsonSerializer.SerializeToNode(value, property.PropertyType, OptionsJson.Compact);
            key = value is null ? OrNull(key) : key;
            bool isPlain = written is JsonObject && JsonNode.DeepEquals(written, Plain(property.PropertyType));
            key["default"] = isPlain ? new JsonObject() : written;
        }

        key.Insert(0, "description",
            (declared is null ? null : _documentation.Of(declared)) ?? _documentation.Of(property.PropertyType) ?? property.Name);
        return key;
    }

    private static string Former(string name) => name[0] == '$' ? "The schema that an editor checks the file by; read over."
        : "Of earlier versions; read, and written no more.";

    private static JsonNode? Plain(Type type) => type.IsAbstract || type.GetConstructor([]) is null ? null
        : JsonSerializer.SerializeToNode(Activator.CreateInstance(type), type, OptionsJson.Compact);

    /// <summary>The names that a key of text can have.</summary>
    private static IReadOnlyList<string>? Names(Type record, string key) => key switch
    {
        "body" when typeof(NetworkOptions).IsAssignableFrom(record) => NetworkNames.Of(record),
        "task" when record == typeof(Experiment) => ["super-resolution", "restoration", "colorization"],
        "network" when record == typeof(Losses.FeatureLossOptions) =>
            [Features.FeatureNetworks.Auto, .. Features.FeatureNetworks.All.Select(kind => kind.Name)],
        _ => null,
    };

    private JsonObject Value(Type type, RangeAttribute? range)
    {
        if (Nullable.GetUnderlyingType(type) is { } plain)
        {
            return Value(plain, range);
        }

        if (type == typeof(NetworkOptions))
        {
            return Reference(type, "network", Network);
        }

        if (type == typeof(Interval))
        {
            return new()
            {
                ["oneOf"] = new JsonArray(Number("number", range), new JsonObject
                {
                    ["type"] = "array", ["items"] = Number("number", range), ["minItems"] = 2, ["maxItems"] = 2,
                }),
            };
        }

        if (type == typeof(Training.LrSlice))
        {
            return new()
            {
                ["oneOf"] = new JsonArray(
                    new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0 },
                    new JsonObject { ["type"] = "string", ["pattern"] = @"^(slice\([^()]+\)|[0-9.eE+-]+)$" }),
            };
        }

        return type switch
        {
            _ when type == typeof(string) => new() { ["type"] = "string" },
            _ when type == typeof(bool) => new() { ["type"] = "boolean" },
            _ when type == typeof(int) || type == typeof(long) => Number("integer", range),
            _ when type == typeof(double) || type == typeof(float) => Number("number", range),
            { IsEnum: true } => Choice(type),
            _ when typeof(JsonNode).IsAssignableFrom(type) => new() { ["type"] = "object" },
            { IsGenericType: true } => new()
            {
                ["type"] = "array", ["items"] = Value(type.GetGenericArguments()[0], range),
            },
            _ => Reference(type, Short(type), () => Section(type)),
        };
    }

    private JsonObject Choice(Type type)
    {
        FieldInfo[] values = type.GetFields(BindingFlags.Public | BindingFlags.Static);
        return new()
        {
            ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(value.Name))]),
            ["enumDescriptions"] = new JsonArray([.. values.Select(value => (JsonNode?)_documentation.Of(value))]),
        };
    }

    private static JsonObject Number(string kind, RangeAttribute? range)
    {
        JsonObject number = new() { ["type"] = kind };
        if (range is not null)
        {
            number["minimum"] = Bound(range.Minimum);
            if (Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture) is var most && double.IsFinite(most))
            {
                number["maximum"] = Bound(range.Maximum);
            }
        }

        return number;
    }

    private static JsonValue Bound(object bound) => bound is int whole ? JsonValue.Create(whole)
        : JsonValue.Create(Convert.ToDouble(bound, CultureInfo.InvariantCulture));

    /// <summary>Each network has keys of its own; which they are says its body.</summary>
    private JsonObject Network()
    {
        JsonArray kinds = [];
        string usual = new UnetOptions().Body;
        foreach ((Type options, IReadOnlyList<string> names) in NetworkNames.ByOptions())
        {
            JsonObject when = new()
            {
                ["properties"] = new JsonObject
                {
                    ["body"] = new JsonObject { ["enum"] = new JsonArray([.. names.Select(n => (JsonNode)n)]) },
                },
            };
            if (!names.Contains(usual, StringComparer.Ordinal))
            {
                when["required"] = new JsonArray("body");
            }

            kinds.Add(new JsonObject { ["if"] = when, ["then"] = Reference(options, Short(options), () => Section(options)) });
        }

        return new()
        {
            ["description"] = "The network: its body names it, and each has keys of its own.",
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["body"] = new JsonObject
                {
                    ["description"] = "The network's name.",
                    ["enum"] = new JsonArray([.. NetworkRegistry.Names.Select(name => (JsonNode)name)]),
                    ["default"] = usual,
                },
            },
            ["allOf"] = kinds,
        };
    }

    private JsonObject Reference(Type type, string name, Func<JsonObject> make)
    {
        if (!_names.TryGetValue(type, out string? known))
        {
            known = name;
            for (int i = 2; _sections.ContainsKey(known); i++)
            {
                known = FormattableString.Invariant($"{name}{i}");
            }

            _names[type] = known;
            _sections[known] = new JsonObject(); // its place, before the sections that it needs
            _sections[known] = make();
        }

        return new() { ["$ref"] = $"#/definitions/{known}" };
    }

    private static string Short(Type type) => JsonNamingPolicy.CamelCase.ConvertName(
        type.Name.EndsWith("Options", StringComparison.Ordinal) ? type.Name[..^"Options".Length] : type.Name);

    private static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is JsonValue type)
        {
            schema["type"] = new JsonArray(type.DeepClone(), "null");
            return schema;
        }

        if (schema["enum"] is JsonArray names)
        {
            names.Add(null);
            return schema;
        }

        return new() { ["oneOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
    }
}
