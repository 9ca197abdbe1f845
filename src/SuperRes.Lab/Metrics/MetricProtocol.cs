using System.Text.Json.Serialization;

namespace SuperRes.Lab.Metrics;

/// <summary>How figures were made; they can be compared only where this is the same.</summary>
/// <param name="Downscale">Where the low-resolution image came from: "bicubic" (antialiased, rounded to 8 bits), "given" (files), or a
/// degradation's name.</param>
/// <param name="Color">The colours the main figures are of: "y-bt601", the luma of MATLAB's rgb2ycbcr.</param>
/// <param name="Shave">Width of the border left out on each side, in pixels.</param>
public sealed record MetricProtocol(string Downscale, string Color, int Shave)
{
    /// <summary>Low-resolution images made here by an antialiased bicubic downscale.</summary>
    public const string Bicubic = "bicubic";

    /// <summary>Low-resolution images that came as files.</summary>
    public const string Given = "given";

    /// <summary>The luma, BT.601 in studio range.</summary>
    public const string LumaBt601 = "y-bt601";

    /// <summary>The network of LPIPS (alex, squeeze or vgg), which sees whole images; null where it is not measured, or not
    /// known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Lpips { get; init; }

    /// <summary>The papers' protocol for super-resolution.</summary>
    /// <param name="scale">The scale; a border of that many pixels is left out.</param>
    /// <param name="givenLowResolution">Whether the low-resolution images came as files.</param>
    /// <returns>The protocol.</returns>
    public static MetricProtocol SuperResolution(int scale, bool givenLowResolution = false)
        => new(givenLowResolution ? Given : Bicubic, LumaBt601, scale);

    /// <summary>The papers' protocol for restoration at the same size: no border is left out.</summary>
    /// <param name="degradation">What degraded the images, such as "jpeg quality 10".</param>
    /// <returns>The protocol.</returns>
    public static MetricProtocol Restoration(string degradation) => new(degradation, LumaBt601, 0);

    /// <summary>The sentence that stands under every table.</summary>
    /// <returns>One sentence.</returns>
    public string Describe()
    {
        string source = Downscale switch
        {
            Bicubic => "low-resolution images by antialiased bicubic downscaling rounded to 8 bits",
            Given => "low-resolution images as given",
            _ => $"degradation: {Downscale}",
        };
        string border = Shave == 0 ? "no border left out" : $"a border of {Shave} px left out";
        return $"Protocol: {source}; Y is BT.601 luma in studio range (MATLAB's rgb2ycbcr), not rounded; {border}; "
            + $"SSIM with 11×11 Gaussian windows, σ 1.5; {(Lpips is null ? "" : $"LPIPS 0.1 ({Lpips}) of whole images; ")}8-bit images, "
                + $"means over images.";
    }

    /// <inheritdoc/>
    public override string ToString() => Describe();
}
