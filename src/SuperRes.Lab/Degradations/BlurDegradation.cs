using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Gaussian blur before the image is made smaller; default off.</summary>
    [JsonIgnore]
    public BlurOptions Blur { get => (BlurOptions)this["blur"]; init => Set("blur", value); }
}

/// <summary>Gaussian blur.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BlurOptions : DegradationStepOptions
{
    /// <summary>Standard deviation in pixels of the target; default 0.3–2.</summary>
    [Range(0, 10)]
    public Interval Sigma { get; init; } = (0.3, 2);
}

/// <summary>Blurs by a Gaussian, as a lens out of focus does about.</summary>
internal sealed class BlurDegradation() : DegradationStep<BlurOptions>("blur", DegradationPlace.Lens)
{
    private const double Invisible = 0.05;

    protected override void Apply(BlurOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
    {
        double sigma = options.Sigma.Sample(random);
        if (sigma < Invisible || picture.Width < 2 || picture.Height < 2)
        {
            return;
        }

        SeparableKernel across = SeparableKernel.Gaussian(picture.Width, sigma), down = SeparableKernel.Gaussian(picture.Height, sigma);
        SeparableFilter.Apply(picture, across, down, workspace.Between, picture);
    }
}
