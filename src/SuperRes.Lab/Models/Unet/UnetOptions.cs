using System.ComponentModel.DataAnnotations;

namespace SuperRes.Lab.Models;

/// <summary>What a <see cref="DynamicUnet"/> is built from. Its body names the encoder: resnet18, resnet34 (default) or resnet50.</summary>
[FormerKeys("dropout", Value = "0")]
public sealed record UnetOptions : NetworkOptions
{
    /// <summary>Creates the article's.</summary>
    public UnetOptions()
        : base("resnet34")
    {
    }

    /// <summary>How the encoder begins. Default classic, torchvision's 7×7 convolution.</summary>
    public StemType Stem { get; init; } = StemType.Classic;

    /// <summary>Factor on every channel count of the encoder, 0.125 to 2; pretrained weights fit 1 alone. Default 1.</summary>
    [Range(0.125, 2)]
    public double Width { get; init; } = 1;

    /// <summary>
    /// Residual blocks in each of the four encoder stages, 1 to 36. Default none given, which means the body's own (3, 4, 6, 3 for
    /// resnet34).
    /// </summary>
    [Range(1, 36)]
    public IReadOnlyList<int>? Blocks { get; init; }

    /// <summary>
    /// How many of the encoder's four stages there are, the first ones, 2 to 4: with 2, the U-Net ends at an eighth of the picture's size
    /// and
    /// has a tenth of the parameters. Default none given, which means all four.
    /// </summary>
    [Range(2, 4)]
    public int? Stages { get; init; }

    /// <summary>Normalisation of the U-Net's own convolutions. Default weight norm.</summary>
    public NormType Norm { get; init; } = NormType.Weight;

    /// <summary>Whether the pixel shuffles blur. Default true.</summary>
    public bool Blur { get; init; } = true;

    /// <summary>Whether the last block's pixel shuffle blurs too. Default true.</summary>
    public bool BlurFinal { get; init; } = true;

    /// <summary>Whether the third block from the end has self-attention. Default false.</summary>
    public bool SelfAttention { get; init; }

    /// <summary>Whether the input joins the features before the last residual block. Default true.</summary>
    public bool LastCross { get; init; } = true;

    /// <summary>Whether the last residual block halves its channels inside. Default false.</summary>
    public bool Bottle { get; init; }

    /// <summary>The range that a sigmoid squeezes the output into, low and high; default none given: no squeezing.</summary>
    public IReadOnlyList<double>? YRange { get; init; }

    /// <summary>Which start the pixel shuffles have. Default as run in 2019.</summary>
    public IcnrMode Icnr { get; init; } = IcnrMode.AsRun;

    /// <summary>
    /// Whether the network predicts the difference to its input (Kim et al. 2016): the input is added to the output and the last
    /// convolution starts at zero, so that an untrained network returns its input. Not in fastai. Default false.
    /// </summary>
    public bool Residual { get; init; }

    /// <summary>Channels of the output. Default 3.</summary>
    [Range(1, 64)]
    public int OutChannels { get; init; } = 3;

    /// <summary>Residual blocks per stage in force.</summary>
    internal IReadOnlyList<int> StageBlocks => [.. (Blocks ?? ResNet.BlocksOf(Body)).Take(StageCount)];

    /// <summary>Stages of the encoder in force.</summary>
    internal int StageCount => Stages ?? 4;

    /// <inheritdoc/>
    public override PretrainedStart? StartsFrom() =>
        new(Body, this is { Width: 1, Stem: StemType.Classic } ? null : "ImageNet weights fit the full-width classic body alone",
            StageBlocks);

    /// <inheritdoc/>
    public override int BatchNormReduction() => 2 << StageCount;

    /// <inheritdoc/>
    internal override NetworkOptions Compared => this with { Blocks = StageBlocks, Stages = StageCount };

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant(
        $"U-Net on {(StageCount < 4 ? $"{StageCount} stages of " : "")}a {Body}, {Width:0.##} of its width");

    /// <inheritdoc/>
    protected override void Check(string where)
    {
        Require(Blocks is null or { Count: 4 }, $"{where}.blocks is [{string.Join(", ", Blocks ?? [])}]; use four counts from 1 to 36.");
        Require(
            YRange is null || (YRange.Count == 2 && YRange[0] < YRange[1]),
            $"{where}.yRange is [{string.Join(", ", YRange ?? [])}]; use two numbers, the low one first.");
        Require(!Residual || OutChannels == 3, $"{where}.residual needs outChannels 3, the input's; {OutChannels} is given.");
    }
}
