using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using SkiaSharp;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>JPEG compression of the low-resolution image; default quality 10–95 on every image.</summary>
    [JsonIgnore]
    public JpegOptions Jpeg { get => (JpegOptions)this["jpeg"]; init => Set("jpeg", value); }
}

/// <summary>JPEG compression, really encoded and decoded.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record JpegOptions : DegradationStepOptions
{
    /// <summary>On every image.</summary>
    public JpegOptions() => Probability = 1;

    /// <summary>Quality; default 10–95.</summary>
    [Range(1, 100)]
    public Interval Quality { get; init; } = (10, 95);

    /// <summary>Share of images stored with halved chroma (4:2:0), as most cameras and sites do; the rest is 4:4:4; default 1.</summary>
    [Range(0, 1)]
    public double ChromaSubsampling { get; init; } = 1;
}

/// <summary>Stores the picture as a JPEG and reads it again.</summary>
internal sealed class JpegDegradation() : DegradationStep<JpegOptions>("jpeg", DegradationPlace.Compression)
{
    /// <summary>Replaces a picture by what a JPEG keeps of it; quality 1–100, chroma at half the resolution or at the whole.</summary>
    public static void RoundTrip(Canvas picture, int quality, bool halveChroma)
    {
        SKJpegEncoderDownsample chroma = halveChroma ? SKJpegEncoderDownsample.Downsample420 : SKJpegEncoderDownsample.Downsample444;
        var options = new SKJpegEncoderOptions(quality, chroma, SKJpegEncoderAlphaOption.Ignore);
        CodecRoundTrip.Apply(picture, (pixels, stream) => pixels.Encode(stream, options));
    }

    protected override void Apply(JpegOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
        => RoundTrip(picture, options.Quality.SampleInt(random), random.Chance(options.ChromaSubsampling));
}
