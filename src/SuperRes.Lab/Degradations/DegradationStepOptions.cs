using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

/// <summary>The options of a degradation: how many images it degrades, and, in a record of its own, how strongly.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public abstract record DegradationStepOptions
{
    /// <summary>Share of images that are degraded, 0 to 1; default 0 but for downscale and jpeg, which degrade every image.</summary>
    [Range(0.0, 1)]
    public double Probability { get; init; }
}
