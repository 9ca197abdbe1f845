using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuperRes.Lab;

/// <summary>Bounds between which a random strength is drawn; in JSON <c>[low, high]</c>, or one number where both are equal.</summary>
/// <param name="Low">Smallest value.</param>
/// <param name="High">Largest value; not below <paramref name="Low"/>.</param>
[JsonConverter(typeof(IntervalJsonConverter))]
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Both bounds from a pair.</summary>
    /// <param name="bounds">Smallest and largest value.</param>
    public static implicit operator Interval((double Low, double High) bounds) => new(bounds.Low, bounds.High);

    /// <summary>An interval of a single value.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Interval(double value) => new(value, value);

    /// <summary>The value at a fraction of the way from low to high.</summary>
    /// <param name="fraction">0 to 1.</param>
    /// <returns>The value.</returns>
    public double At(double fraction) => Low + ((High - Low) * fraction);

    /// <summary>A uniform draw.</summary>
    /// <param name="random">Source of the draw; one number is taken.</param>
    /// <returns>A number in [low, high).</returns>
    public double Sample(RandomStream random) => random.Uniform(Low, High);

    /// <summary>A draw whose logarithm is uniform; both bounds must be above zero.</summary>
    /// <param name="random">Source of the draw; one number is taken.</param>
    /// <returns>A number in [low, high).</returns>
    public double SampleLog(RandomStream random) => Math.Exp(random.Uniform(Math.Log(Low), Math.Log(High)));

    /// <summary>A uniform draw among the whole numbers from low to high, both included.</summary>
    /// <param name="random">Source of the draw; one number is taken.</param>
    /// <returns>The integer.</returns>
    public int SampleInt(RandomStream random) => random.NextInt((int)Math.Round(Low), (int)Math.Round(High));

    /// <inheritdoc/>
    public override string ToString() => Low == High
        ? Low.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Low}–{High}");
}

/// <summary>Reads and writes an <see cref="Interval"/> as <c>[low, high]</c> or as one number.</summary>
public sealed class IntervalJsonConverter : JsonConverter<Interval>
{
    /// <inheritdoc/>
    public override Interval Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.GetDouble();
        }

        double[]? bounds = reader.TokenType == JsonTokenType.StartArray ? JsonSerializer.Deserialize<double[]>(ref reader, options) : null;
        return bounds is [double low, double high]
            ? new Interval(low, high)
            : throw new JsonException("An interval is [low, high] or one number.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Interval value, JsonSerializerOptions options)
    {
        if (value.Low == value.High)
        {
            writer.WriteNumberValue(value.Low);
            return;
        }

        // One value per line would spread each interval over four lines of an indented experiment file.
        writer.WriteRawValue(string.Create(CultureInfo.InvariantCulture, $"[{value.Low:R}, {value.High:R}]"));
    }
}
