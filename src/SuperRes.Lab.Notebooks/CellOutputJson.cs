using System.Text.Json.Nodes;

namespace SuperRes.Lab.Notebooks;

/// <summary>Outputs as notebook files store them.</summary>
internal static class CellOutputJson
{
    public static JsonObject Write(CellOutput output, int? executionCount) => output switch
    {
        StreamOutput stream => new JsonObject
        {
            ["output_type"] = "stream",
            ["name"] = stream.Stream,
            ["text"] = MultilineText.Split(stream.Text),
        },
        DisplayOutput { IsResult: true } result => new JsonObject
        {
            ["output_type"] = "execute_result",
            ["execution_count"] = executionCount,
            ["data"] = WriteBundle(result.Data, split: true),
            ["metadata"] = new JsonObject(),
        },
        DisplayOutput display => new JsonObject
        {
            ["output_type"] = "display_data",
            ["data"] = WriteBundle(display.Data, split: true),
            ["metadata"] = new JsonObject(),
        },
        ErrorOutput error => new JsonObject
        {
            ["output_type"] = "error",
            ["ename"] = error.Name,
            ["evalue"] = error.Message,
            ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)JsonValue.Create(line))]),
        },
        UnknownOutput unknown => unknown.Json.DeepClone().AsObject(),
        _ => throw new ArgumentOutOfRangeException(nameof(output)),
    };

    public static CellOutput Read(JsonObject json)
    {
        string? kind = MultilineText.Join(json["output_type"]);
        if (kind == "stream" && MultilineText.Join(json["text"]) is { } text)
        {
            return new StreamOutput(MultilineText.Join(json["name"]) ?? "stdout", text);
        }

        if (kind is "display_data" or "execute_result" && json["data"] is JsonObject data)
        {
            return new DisplayOutput(ReadBundle(data), IsResult: kind == "execute_result");
        }

        if (kind == "error")
        {
            IEnumerable<string> trace = json["traceback"] is JsonArray lines ? lines.Select(line => MultilineText.Join(line) ?? "") : [];
            return new ErrorOutput(MultilineText.Join(json["ename"]) ?? "", MultilineText.Join(json["evalue"]) ?? "", [.. trace]);
        }

        return new UnknownOutput(json);
    }

    /// <summary>Text formats become lists of lines in a file (<paramref name="split"/>), and stay single strings in a kernel's
    /// message.</summary>
    public static JsonObject WriteBundle(MimeBundle bundle, bool split)
    {
        var data = new JsonObject();
        foreach ((string mime, JsonNode? content) in bundle.Entries)
        {
            bool isText = mime.StartsWith("text/", StringComparison.Ordinal) || mime is "image/svg+xml" or "application/javascript";
            data[mime] = split && isText && MultilineText.Join(content) is { } text ? MultilineText.Split(text) : content?.DeepClone();
        }

        return data;
    }

    private static MimeBundle ReadBundle(JsonObject data) => new(data.ToDictionary(
        entry => entry.Key,
        entry => IsJson(entry.Key) || MultilineText.Join(entry.Value) is not { } text ? entry.Value?.DeepClone() : JsonValue.Create(text),
        StringComparer.Ordinal));

    private static bool IsJson(string mime) => mime == "application/json" || mime.EndsWith("+json", StringComparison.Ordinal);
}
