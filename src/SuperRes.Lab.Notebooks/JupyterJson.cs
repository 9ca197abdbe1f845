using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SuperRes.Lab.Notebooks;

/// <summary>
/// Writes JSON as Jupyter writes it: one space of indent, keys in ordinal order, characters beyond ASCII as they are, a newline at the
/// end. A notebook that Jupyter saved therefore comes back byte for byte.
/// </summary>
internal static class JupyterJson
{
    private const int MaxDepth = 128;

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Parses JSON in which no object names a key twice.</summary>
    /// <exception cref="JsonException">The text is no such JSON.</exception>
    public static JsonNode? Parse(string json)
    {
        JsonNode? root = JsonNode.Parse(json, nodeOptions: null, Reading);
        try
        {
            CheckStrings(root);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A string holds half a surrogate pair.", e);
        }

        return root;
    }

    public static string Write(JsonNode node)
    {
        var text = new StringBuilder();
        Write(node, text, 0);
        return text.Append('\n').ToString();
    }

    /// <summary>Strings are decoded only when asked for: asks for all, so that a bad one fails here and not at the end of a run.</summary>
    private static void CheckStrings(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach ((_, JsonNode? value) in members)
                {
                    CheckStrings(value);
                }

                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                {
                    CheckStrings(item);
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                _ = value.GetValue<string>();
                break;
        }
    }

    private static void Write(JsonNode? node, StringBuilder text, int depth)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members when members.Count > 0:
                WriteList(text, depth, '{', '}', members.OrderBy(m => m.Key, StringComparer.Ordinal), member =>
                {
                    WriteString(member.Key, text);
                    text.Append(": ");
                    Write(member.Value, text, depth + 1);
                });
                break;
            case JsonArray items when items.Count > 0:
                WriteList(text, depth, '[', ']', items, item => Write(item, text, depth + 1));
                break;
            case JsonObject:
                text.Append("{}");
                break;
            case JsonArray:
                text.Append("[]");
                break;
            default:
                WriteValue(node, text);
                break;
        }
    }

    private static void WriteList<T>(StringBuilder text, int depth, char open, char close, IEnumerable<T> items, Action<T> write)
    {
        text.Append(open);
        string separator = "\n";
        foreach (T item in items)
        {
            text.Append(separator).Append(' ', depth + 1);
            write(item);
            separator = ",\n";
        }

        text.Append('\n').Append(' ', depth).Append(close);
    }

    private static void WriteValue(JsonNode node, StringBuilder text)
    {
        if (node.GetValueKind() == JsonValueKind.String)
        {
            WriteString(node.GetValue<string>(), text);
        }
        else
        {
            text.Append(node.ToJsonString()); // a number read from a file keeps its own spelling
        }
    }

    private static void WriteString(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (char c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case < ' ': text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)); break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }
}
