using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Losses;

/// <summary>The options of a loss term of one's own: how much it counts, and, in a record derived from this, how it compares.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public record LossTermOptions
{
    /// <summary>Factor on the term, 0 and above. Default 1.</summary>
    [Range(0, double.PositiveInfinity)]
    public double Weight { get; init; } = 1;
}
