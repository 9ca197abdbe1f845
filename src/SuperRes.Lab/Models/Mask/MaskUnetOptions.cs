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
    public int Stages { get; init; } = 4;

    /// <summary>Factor on the channels of the way up, 0.125 to 2. Default 1.</summary>
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
        Require(Stages is >= 2 and <= 4, $"{where}.stages is {Stages}; use 2 to 4.");
        Require(Width is >= 0.125 and <= 2, $"{where}.width is {Width}; use a factor from 0.125 to 2.");
        Require(Norm != NormType.Batch,
            $"{where}.norm is batch, and the network {Name} has no batch norm of its own; use norm none, weight or spectral.");
    }
}
