using System.Text.Json;
using System.Text.Json.Nodes;

namespace SuperRes.Lab.Experiments;

/// <summary>Fills a stage's degradations up from the experiment's, so that a stage says only what it changes.</summary>
internal static class StageDegradations
{
    private static readonly JsonDocumentOptions Comments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>
    /// Merges the degradations of each stage over the experiment's, object by object; any other value, a list too, replaces the
    /// experiment's.
    /// </summary>
    /// <param name="json">A valid experiment.</param>
    /// <returns>The experiment with complete stages. A stage that says everything, as those of a run folder do, stays as it is.</returns>
    public static string Merge(string json)
    {
        JsonNode experiment = JsonNode.Parse(json, documentOptions: Comments)!;
        if (experiment["data"]?["degradations"] is JsonObject common)
        {
            foreach (JsonObject stage in experiment["stages"]!.AsArray().OfType<JsonObject>())
            {
                if (stage["degradations"] is JsonObject own)
                {
                    stage["degradations"] = Over(common, own);
                }
            }
        }

        return experiment.ToJsonString();
    }

    private static JsonObject Over(JsonObject common, JsonObject own)
    {
        var merged = (JsonObject)common.DeepClone();
        foreach ((string key, JsonNode? value) in own)
        {
            merged[key] = value is JsonObject inner && common[key] is JsonObject outer ? Over(outer, inner) : value?.DeepClone();
        }

        return merged;
    }
}
