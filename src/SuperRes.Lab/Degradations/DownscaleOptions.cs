using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Degradations;

/// <summary>Loss of resolution and the enlargement back to the target's size.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DownscaleOptions : DegradationStepOptions
{
    /// <summary>On every image.</summary>
    public DownscaleOptions() => Probability = 1;

    /// <summary>How many times smaller each side becomes; default 2.</summary>
    [Range(1, 16)]
    public Interval Factor { get; init; } = 2;

    /// <summary>Antialiased kernels of the reduction, one drawn per image; default bilinear alone.</summary>
    public IReadOnlyList<ResampleFilter> Kernels { get; init; } = [ResampleFilter.Bilinear];

    /// <summary>Kernel of the enlargement back to the target's size; default bilinear.</summary>
    public ResampleFilter Enlarge { get; init; } = ResampleFilter.Bilinear;

    /// <inheritdoc/>
    public bool Equals(DownscaleOptions? other) =>
        base.Equals(other) && Factor == other.Factor && Enlarge == other.Enlarge && Kernels.SequenceEqual(other.Kernels);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Factor, Enlarge, Kernels.Count);
}
