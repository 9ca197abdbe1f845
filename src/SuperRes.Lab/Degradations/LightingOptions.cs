using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

/// <summary>Lighting of input and target alike; brightness and contrast act on the logit of the value, as in fastai.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LightingOptions
{
    /// <summary>fastai's max_lighting: brightness change in 0.5·(1 ∓ m), contrast factor in (1 − m) … 1/(1 − m); default 0.2.</summary>
    [Range(0, 0.95)]
    public double MaxLighting { get; init; } = 0.2;

    /// <summary>Probability of each of brightness and contrast (fastai p_lighting); default 0.75.</summary>
    [Range(0, 1)]
    public double Probability { get; init; } = 0.75;

    /// <summary>Share of images whose gamma changes; default 0 (fastai has none).</summary>
    [Range(0, 1)]
    public double GammaProbability { get; init; }

    /// <summary>Exponent on values in 0–1, drawn log-uniformly; default 0.8–1.25.</summary>
    [Range(0.1, 10)]
    public Interval Gamma { get; init; } = (0.8, 1.25);

    /// <summary>Share of images whose saturation changes; default 0 (fastai has none).</summary>
    [Range(0, 1)]
    public double SaturationProbability { get; init; }

    /// <summary>Factor on the distance from grey; default 0.7–1.3.</summary>
    [Range(0, 4)]
    public Interval Saturation { get; init; } = (0.7, 1.3);

    /// <summary>Nothing changes.</summary>
    public static LightingOptions None { get; } = new() { Probability = 0 };
}
