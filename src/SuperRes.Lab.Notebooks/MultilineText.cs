using System.Text.Json;
using System.Text.Json.Nodes;

namespace SuperRes.Lab.Notebooks;

/// <summary>The format's "multiline string": one string, or a list of strings that are read one after the other.</summary>
internal static class MultilineText
{
    /// <summary>Joins what a file holds; null where it is neither a string nor a list of strings.</summary>
    public static string? Join(JsonNode? node) => node switch
    {
        JsonArray lines when lines.All(IsString) => string.Concat(lines.Select(line => line!.GetValue<string>())),
        JsonValue when IsString(node) => node.GetValue<string>(),
        _ => null,
    };

    /// <summary>Splits after each line feed, as Jupyter does when it saves.</summary>
    public static JsonArray Split(string text)
    {
        var lines = new JsonArray();
        for (int start = 0; start < text.Length;)
        {
            int feed = text.IndexOf('\n', start);
            int end = feed < 0 ? text.Length : feed + 1;
            lines.Add((JsonNode)JsonValue.Create(text[start..end]));
            start = end;
        }

        return lines;
    }

    private static bool IsString(JsonNode? node) => node is JsonValue && node.GetValueKind() == JsonValueKind.String;
}
