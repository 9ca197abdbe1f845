using System.ComponentModel.DataAnnotations;

namespace SuperRes.Lab.Models;

/// <summary>What a <see cref="MaskUnet"/> is built from.</summary>
public sealed record MaskUnetOptions : NetworkOptions
{
    /// <summary>The network's name.</summary>
    internal const string Name = "mask-resnet18";

    /// <summary>The network that the encoder is.</summary>
    internal const string Encoder = "resnet18";

    /// <summary>Creates the defaults.</summary>
    public MaskUnetOptions()
        : base(Name)
    {
    }

    /// <summary>
    /// How many of the encoder's four stages there are, the first ones, 2 to 4: with 4 the network looks at the picture at a thirty-second
    /// of its size too. Default 4.
    /// </summary>
    [Range(2, 4)]
    public int Stages { get; init; } = 4;

    /// <summary>Factor on the channels of the way up, 0.125 to 2. Default 1.</summary>
    [Range(0.125, 2)]
    public double Width { get; init; } = 1;

    /// <summary>Normalisation of the convolutions on the way up: weight, spectral or none. Default none.</summary>
    public NormType Norm { get; init; } = NormType.None;

    /// <inheritdoc/>
    public override PretrainedStart? StartsFrom() => new(Encoder);

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant($"mask and fill on {Stages} stages of a {Encoder}");

    /// <inheritdoc/>
    protected override void Check(string where)
    {
        Require(Norm != NormType.Batch,
            $"{where}.norm is batch, and the network {Name} has no batch norm of its own; use norm none, weight or spectral.");
    }
}
