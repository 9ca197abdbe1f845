using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Course;

/// <summary>What one ablation reached: the JSON beside docs/reproduction.md.</summary>
public sealed record AblationResult
{
    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>What was different, as <c>KEY=VALUE</c>.</summary>
    public required IReadOnlyList<string> Set { get; init; }

    /// <summary>Photos that were trained on.</summary>
    public required int TrainPhotos { get; init; }

    /// <summary>Steps of all stages.</summary>
    public required int Steps { get; init; }

    /// <summary>Seconds of all epochs, validation included.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>The processor and its threads.</summary>
    public required string Machine { get; init; }

    /// <summary>The strength of the checkerboard in levels of 255 (<see cref="Checkerboard"/>).</summary>
    public required double Checkerboard { get; init; }

    /// <summary>PSNR-Y in dB of each held-out photo.</summary>
    public required IReadOnlyList<double> PsnrY { get; init; }

    /// <summary>SSIM-Y of each held-out photo.</summary>
    public required IReadOnlyList<double> SsimY { get; init; }

    /// <summary>LPIPS-alex of each held-out photo; null where its weights were not there.</summary>
    public IReadOnlyList<double>? LpipsAlex { get; init; }

    /// <summary>The same three of bicubic enlargement.</summary>
    public required IReadOnlyList<double> BicubicPsnrY { get; init; }

    /// <inheritdoc cref="BicubicPsnrY"/>
    public required IReadOnlyList<double> BicubicSsimY { get; init; }

    /// <inheritdoc cref="BicubicPsnrY"/>
    public IReadOnlyList<double>? BicubicLpipsAlex { get; init; }

    /// <summary>The JSON.</summary>
    /// <returns>Indented text, snake_case keys.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, _json) + "\n";

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The result.</returns>
    /// <exception cref="InputException">It is missing or holds something else.</exception>
    public static AblationResult Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<AblationResult>(File.ReadAllText(file), _json)!;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file} holds no result of an ablation: {e.Message.TrimEnd('.')}; \"superres reproduce\" makes "
                + $"it.", e);
        }
    }
}
