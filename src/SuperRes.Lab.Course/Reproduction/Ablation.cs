using System.Text.Json;

namespace SuperRes.Lab.Course;

/// <summary>A training that differs from a recipe in one part, to see what the part does.</summary>
/// <param name="Name">Its name, which its files and its run folder have.</param>
/// <param name="Change">What is different, as a table says it.</param>
/// <param name="Claim">What the article or fastai's course say the part is good for; null where nothing is claimed.</param>
/// <param name="Set">What is different as <c>KEY=VALUE</c>, as <c>--set</c> takes it; empty for the recipe itself.</param>
public sealed record Ablation(string Name, string Change, string? Claim, IReadOnlyList<string> Set)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a list of them; the first is the recipe itself, which the others are compared with.</summary>
    /// <param name="file">A JSON array.</param>
    /// <returns>At least two.</returns>
    /// <exception cref="InputException">The file is missing or holds something else.</exception>
    public static IReadOnlyList<Ablation> Read(string file)
    {
        try
        {
            List<Ablation> list = JsonSerializer.Deserialize<List<Ablation>>(File.ReadAllText(file), _json) ?? [];
            return list.Count >= 2 && list[0].Set.Count == 0 && list.DistinctBy(a => a.Name).Count() == list.Count
                ? list
                : throw new InputException($"{file} must list at least two ablations with different names, the recipe itself (\"set\": []) "
                    + "first.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file} is no list of ablations: {e.Message.TrimEnd('.')}.", e);
        }
    }
}
