using System.ComponentModel.DataAnnotations;

namespace SuperRes.Lab.Models;

/// <summary>What a <see cref="LiteUnet"/> is built from.</summary>
[FormerKeys("stages", "stem", "blur", "blurFinal", "selfAttention", "lastCross", "bottle", "icnr", "residual")]
[FormerKeys("dropout", Value = "0")]
[FormerKeys("outChannels", Value = "3")]
public sealed record LiteUnetOptions : NetworkOptions
{
    /// <summary>The network's name.</summary>
    internal const string Name = "lite";

    /// <summary>Creates the defaults.</summary>
    public LiteUnetOptions()
        : base(Name)
    {
    }

    /// <summary>Factor on the channels, which are 48, 64 and 96 at 1/2, 1/4 and 1/8 of the size; 0.125 to 2. Default 1.</summary>
    [Range(0.125, 2)]
    public double Width { get; init; } = 1;

    /// <summary>
    /// Residual blocks at each of the three sizes, 1 to 36; the decoder has as many. Default none given, which means 3, 3, 3.
    /// </summary>
    [Range(1, 36)]
    public IReadOnlyList<int>? Blocks { get; init; }

    /// <summary>Normalisation of the convolutions: weight, spectral or none. Default weight norm.</summary>
    public NormType Norm { get; init; } = NormType.Weight;

    /// <summary>Residual blocks in force.</summary>
    internal IReadOnlyList<int> StageBlocks => Blocks ?? [3, 3, 3];

    /// <summary>Channels of the features at 1/2, 1/4 and 1/8 of the size.</summary>
    internal IReadOnlyList<int> Channels => [.. new[] { 48, 64, 96 }.Select(channels => ResNet.Scaled(channels, Width))];

    /// <inheritdoc/>
    internal override NetworkOptions Compared => this with { Blocks = StageBlocks };

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant($"small U-Net, {Width:0.##} of its width");

    /// <inheritdoc/>
    protected override void Check(string where)
    {
        Require(Blocks is null or { Count: 3 }, $"{where}.blocks is [{string.Join(", ", Blocks ?? [])}]; use three counts from 1 to 36.");
        Require(
            Norm != NormType.Batch, $"{where}.norm is batch, and the network {Name} has no batch norm; use norm none, weight or spectral.");
    }
}
