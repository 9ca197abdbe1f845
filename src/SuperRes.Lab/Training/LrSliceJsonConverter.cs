using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Training;

/// <summary>Reads and writes a learning rate as a number (1e-3), or a slice as text ("slice(1e-6,1e-4)").</summary>
public sealed class LrSliceJsonConverter : JsonConverter<LrSlice>
{
    /// <inheritdoc/>
    public override LrSlice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.TokenType switch
        {
            JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
            JsonTokenType.String => reader.GetString(),
            _ => null,
        };
        return text is not null && LrSlice.TryParse(text, out LrSlice slice)
            ? slice
            : throw new JsonException(
                "A learning rate is a number above 0, such as 1e-3, or a text such as \"slice(1e-6,1e-4)\", with points and not commas in "
                    + $"its numbers, that does not fall more than tenfold; {text ?? "something else"} was found");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, LrSlice value, JsonSerializerOptions options)
    {
        if (value.IsUniform)
        {
            writer.WriteNumberValue(value.Stop);
        }
        else
        {
            writer.WriteStringValue(value.ToString());
        }
    }
}
