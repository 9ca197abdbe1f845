using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Models;

/// <summary>
/// Reads the options of the network that a section's "body" names; without that key those of the default, <see cref="UnetOptions"/>.
/// </summary>
internal sealed class NetworkOptionsConverter : JsonConverter<NetworkOptions>
{
    public override NetworkOptions? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string body = BodyOf(reader) ?? new UnetOptions().Body;
        if (!NetworkRegistry.TryGet(body, out NetworkKind? kind))
        {
            throw new JsonException(NetworkRegistry.Unknown(body));
        }

        try
        {
            return (NetworkOptions?)JsonSerializer.Deserialize(ref reader, kind.Options, options);
        }
        catch (JsonException e)
        {
            // Without a path of its own, so that it gets that of the section; OptionsJson puts both together.
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, NetworkOptions value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, value.GetType(), options);

    /// <summary>Looks ahead on a copy of the reader.</summary>
    private static string? BodyOf(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals("body"u8);
            if (!reader.Read())
            {
                return null;
            }

            if (found)
            {
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }

            _ = reader.TrySkip();
        }

        return null;
    }
}
