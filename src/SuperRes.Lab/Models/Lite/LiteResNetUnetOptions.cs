using System.ComponentModel.DataAnnotations;

namespace SuperRes.Lab.Models;

/// <summary>What a <see cref="LiteResNetUnet"/> is built from.</summary>
[FormerKeys("stages", "stem", "blur", "blurFinal", "selfAttention", "lastCross", "bottle", "icnr", "residual")]
[FormerKeys("outChannels", Value = "3")]
public sealed record LiteResNetUnetOptions : NetworkOptions
{
    /// <summary>The network's name.</summary>
    internal const string Name = "lite-resnet18";

    /// <summary>The network that the encoder is the beginning of.</summary>
    internal const string Encoder = "resnet18";

    /// <summary>Creates the defaults.</summary>
    public LiteResNetUnetOptions()
        : base(Name)
    {
    }

    /// <summary>Factor on the 128 channels that the encoder's features are brought to, 0.125 to 2. Default 1.</summary>
    [Range(0.125, 2)]
    public double Width { get; init; } = 1;

    /// <summary>Normalisation of the convolutions behind the encoder: weight, spectral or none. Default weight norm.</summary>
    public NormType Norm { get; init; } = NormType.Weight;

    /// <summary>
    /// What part of the encoder's features a training step leaves out, 0 to 0.95, and half that part of what is made of them (Srivastava et
    /// al. 2014): with few photos, a network that may not rely on any one feature is surer about other photos. Default 0.
    /// </summary>
    [Range(0, 0.95)]
    public double Dropout { get; init; }

    /// <summary>How many of the encoder's stages there are, 3 or 4. The fourth sees 144 px further around a pixel, and holds three quarters
    /// of the encoder's weights. Default 3.</summary>
    [Range(3, 4)]
    public int EncoderStages { get; init; } = 3;

    /// <summary>
    /// To which length the upscaler brings a picture's shorter side before the network sees it, where it is longer; the change is enlarged
    /// and added to the picture as it is. What a thing is shows at the size of the training's crops, not in a part of a large photo.
    /// Default 0: the picture is seen as it is.
    /// </summary>
    [Range(0, 4096)]
    public int SeenSide { get; init; }

    /// <inheritdoc/>
    public override PretrainedStart? StartsFrom() => new(Encoder);

    /// <inheritdoc/>
    public override int BatchNormReduction() => 16;

    /// <inheritdoc/>
    internal override NetworkOptions Compared => this with { Dropout = 0, SeenSide = 0 };

    /// <inheritdoc/>
    public override string Describe() =>
        FormattableString.Invariant($"{(EncoderStages == 3 ? "three" : "four")} stages of a {Encoder}, {Width:0.##} of its own width");

    /// <inheritdoc/>
    protected override void Check(string where)
    {
        Require(Norm != NormType.Batch,
            $"{where}.norm is batch, and the network {Name} has no batch norm of its own; use norm none, weight or spectral.");
    }
}
