using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

public sealed partial record DegradationOptions
{
    /// <summary>Colour taken from the input; default off.</summary>
    [JsonIgnore]
    public GreyscaleOptions Greyscale { get => (GreyscaleOptions)this["greyscale"]; init => Set("greyscale", value); }
}

/// <summary>Colour taken away: every channel becomes the luma (BT.601).</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GreyscaleOptions : DegradationStepOptions;

/// <summary>Takes the colour away.</summary>
internal sealed class GreyscaleDegradation() : DegradationStep<GreyscaleOptions>("greyscale", DegradationPlace.Print)
{
    protected override void Apply(GreyscaleOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
        => LightingTable.Grey(picture.Pixels);
}
