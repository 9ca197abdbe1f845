using System.Text.Json.Serialization;

namespace SuperRes.Lab.Models;

/// <summary>
/// What a <see cref="DynamicUnet"/>, a <see cref="LiteUnet"/> (body "lite") or a <see cref="LiteResNetUnet"/> (body "lite-resnet18") is built from. Equal options give equal networks, name by name.
/// </summary>
public sealed record UnetOptions
{
    /// <summary>
    /// The encoder: resnet18, resnet34 or resnet50; or lite, which stands for the whole of <see cref="LiteUnet"/> and uses width, blocks and norm (any but
    /// batch) alone of the options below; or lite-resnet18, which stands for <see cref="LiteResNetUnet"/> and uses width (of its own layer), norm and dropout. Default resnet34.
    /// </summary>
    public string Body { get; init; } = "resnet34";

    /// <summary>How the encoder begins. Default classic, torchvision's 7×7 convolution.</summary>
    public StemType Stem { get; init; } = StemType.Classic;

    /// <summary>Factor on every channel count of the encoder, 0.125 to 2; pretrained weights fit 1 alone. Default 1.</summary>
    public double Width { get; init; } = 1;

    /// <summary>
    /// Residual blocks per encoder stage, 1 to 36 each: four, or three for lite, whose decoder has as many. Default none given, which means the body's
    /// own (3, 4, 6, 3 for resnet34; 3, 3, 3 for lite).
    /// </summary>
    public IReadOnlyList<int>? Blocks { get; init; }

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
    /// Whether the network predicts the difference to its input (Kim et al. 2016): the input is added to the output and the last convolution
    /// starts at zero, so that an untrained network returns its input. Not in fastai. Default false.
    /// </summary>
    public bool Residual { get; init; }

    /// <summary>
    /// What part of the encoder's features a training step leaves out, 0 to 0.95, and half that part of what is made of them (Srivastava et al. 2014): with few
    /// photos, a network that may not rely on any one feature is surer about other photos. For lite-resnet18 alone. Default 0.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>Channels of the output. Default 3.</summary>
    public int OutChannels { get; init; } = 3;

    /// <summary>Residual blocks per stage in force.</summary>
    [JsonIgnore]
    internal IReadOnlyList<int> StageBlocks => Blocks ?? (IsLite ? [3, 3, 3] : ResNet.BlocksOf(EncoderName));

    /// <summary>Whether a <see cref="LiteUnet"/> is meant.</summary>
    [JsonIgnore]
    internal bool IsLite => Body == LiteBody;

    /// <summary>Whether a <see cref="LiteResNetUnet"/> is meant.</summary>
    [JsonIgnore]
    internal bool IsLiteResNet => Body == LiteResNetBody;

    /// <summary>The residual network that the encoder is, or is the beginning of.</summary>
    [JsonIgnore]
    internal string EncoderName => IsLiteResNet ? LiteResNetBody["lite-".Length..] : Body;

    /// <summary>Channels of the lite network's features at 1/2, 1/4 and 1/8 of the size.</summary>
    [JsonIgnore]
    internal IReadOnlyList<int> LiteWidths => [.. new[] { 48, 64, 96 }.Select(channels => ResNet.Scaled(channels, Width))];

    private const string LiteBody = "lite", LiteResNetBody = "lite-resnet18";

    /// <summary>Checks every value.</summary>
    /// <param name="where">What to name in the message, such as the file and JSON path of the options.</param>
    /// <exception cref="InputException">A value is outside its range.</exception>
    public void Validate(string where = "model")
    {
        if (!IsLite && !IsLiteResNet && !ResNet.Bodies.Contains(Body))
        {
            throw new InputException($"{where}.body is \"{Body}\"; use one of {string.Join(", ", ResNet.Bodies)}, {LiteBody}, {LiteResNetBody}.");
        }

        if (Width is not (>= 0.125 and <= 2))
        {
            throw new InputException($"{where}.width is {Width}; use a factor from 0.125 to 2.");
        }

        if (Blocks is not null && (Blocks.Count != (IsLite ? 3 : 4) || Blocks.Any(count => count is < 1 or > 36)))
        {
            throw new InputException($"{where}.blocks is [{string.Join(", ", Blocks)}]; use {(IsLite ? "three" : "four")} counts from 1 to 36.");
        }

        if (Dropout is not (>= 0 and <= 0.95) || (Dropout > 0 && !IsLiteResNet))
        {
            throw new InputException($"{where}.dropout is {Dropout}; use a part from 0 to 0.95, and 0 with any other body than {LiteResNetBody}.");
        }

        if (IsLiteResNet && Blocks is not null)
        {
            throw new InputException($"{where}.blocks is given, and the body {LiteResNetBody} has those of its encoder; leave it out.");
        }

        if ((IsLite || IsLiteResNet) && (Norm == NormType.Batch || OutChannels != 3 || YRange is not null))
        {
            throw new InputException($"{where}: the body {Body} has no batch norm, three output channels and no yRange; use norm none, weight or spectral.");
        }

        if (YRange is not null && (YRange.Count != 2 || !(YRange[0] < YRange[1])))
        {
            throw new InputException($"{where}.yRange is [{string.Join(", ", YRange)}]; use two numbers, the low one first.");
        }

        if (OutChannels is < 1 or > 64)
        {
            throw new InputException($"{where}.outChannels is {OutChannels}; use a count from 1 to 64.");
        }

        if (Residual && OutChannels != 3)
        {
            throw new InputException($"{where}.residual needs outChannels 3, the input's; {OutChannels} is given.");
        }
    }
}
