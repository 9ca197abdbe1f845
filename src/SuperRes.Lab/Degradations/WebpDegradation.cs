using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using SkiaSharp;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>WebP compression of the low-resolution image; default off.</summary>
    [JsonIgnore]
    public WebpOptions Webp { get => (WebpOptions)this["webp"]; init => Set("webp", value); }
}

/// <summary>WebP compression, really encoded and decoded.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WebpOptions : DegradationStepOptions
{
    /// <summary>Quality; default 10–95.</summary>
    [Range(1, 100)]
    public Interval Quality { get; init; } = (10, 95);
}

/// <summary>Stores the picture as a WebP and reads it again.</summary>
internal sealed class WebpDegradation() : DegradationStep<WebpOptions>("webp", DegradationPlace.Compression)
{
    protected override void Apply(WebpOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        var encoder = new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, options.Quality.SampleInt(random));
        CodecRoundTrip.Apply(picture, (pixels, stream) => pixels.Encode(stream, encoder));
    }
}
