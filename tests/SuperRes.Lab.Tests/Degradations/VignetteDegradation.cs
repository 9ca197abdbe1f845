using System.ComponentModel.DataAnnotations;
using SuperRes.Lab.Degradations;

namespace SuperRes.Lab.Tests.Degradations;

/// <summary>How much light a picture's corners lose.</summary>
public sealed record VignetteOptions : DegradationStepOptions
{
    /// <summary>Share of the light that is lost in the corners, 0 to 1; default 0.2–0.8.</summary>
    [Range(0.0, 1)]
    public Interval Loss { get; init; } = (0.2, 0.8);
}

/// <summary>Darkens a picture towards its corners: all that a degradation of somebody's own needs, in one file.</summary>
public sealed class VignetteDegradation() : DegradationStep<VignetteOptions>("vignette", DegradationPlace.Lens)
{
    protected override void Apply(VignetteOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        double loss = options.Loss.Sample(random);
        for (int i = 0; i < picture.Bytes.Length; i++)
        {
            double x = ((i / 4 % picture.Width) + 0.5) / picture.Width, y = ((i / 4 / picture.Width) + 0.5) / picture.Height;
            double fromMiddle = 2 * (((x - 0.5) * (x - 0.5)) + ((y - 0.5) * (y - 0.5)));
            picture.Bytes[i] = i % 4 == 3 ? (byte)255 : (byte)(picture.Bytes[i] * (1 - (loss * fromMiddle)));
        }
    }
}
