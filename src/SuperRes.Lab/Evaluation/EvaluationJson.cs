using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Evaluation;

/// <summary>The file format of evaluations: one object for one model, an array for several.</summary>
internal static class EvaluationJson
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new NumberConverter() },
    };

    public static string Write(IReadOnlyList<ModelEvaluation> models)
        => models.Count == 1 ? JsonSerializer.Serialize(models[0], _options) : JsonSerializer.Serialize(models, _options);

    public static IReadOnlyList<ModelEvaluation> Read(string json, string name)
    {
        try
        {
            return json.AsSpan().TrimStart().StartsWith("[")
                ? JsonSerializer.Deserialize<List<ModelEvaluation>>(json, _options) ?? []
                : [JsonSerializer.Deserialize<ModelEvaluation>(json, _options)!];
        }
        catch (JsonException e)
        {
            throw new InputException($"{name} is no evaluation as \"superres evaluate --json\" writes it: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>Numbers alone; null where there is none. Files of 0.1 have "inf", "-inf" and "nan" as strings.</summary>
    private sealed class NumberConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.Number => reader.GetDouble(),
            JsonTokenType.String => reader.GetString() switch
            {
                "inf" => double.PositiveInfinity,
                "-inf" => double.NegativeInfinity,
                "nan" => double.NaN,
                string other => throw new JsonException($"\"{other}\" is no number."),
                null => throw new JsonException("A number was expected."),
            },
            _ => throw new JsonException("A number was expected."),
        };

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
