using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// A small U-Net on a pretrained encoder: the first three stages of a ResNet-18, which know what a thing is, and a narrow way up. Without the fourth
/// stage, which holds three quarters of its weights, the model fits into 6 MB.
/// </summary>
/// <remarks>
/// <c>encoder</c> is numbered as fastai numbers it (0 convolution, 1 batch norm, 4 to 6 stages); <c>middle</c> narrows its features at 1/16 of the size;
/// <c>up</c>, <c>join</c> and <c>decoder</c> are as in <see cref="LiteUnet"/>, for 1/8, 1/4 and 1/2; <c>tail</c> sees the features beside the
/// pixel-unshuffled picture and gives its correction, which starts at zero.
/// </remarks>
public sealed class LiteResNetUnet : RestorationNetwork
{
    private const int Unshuffled = 12, EncoderStages = 3;
    private readonly EncoderBody _encoder;
    private readonly Sequential _middle;
    private readonly List<PixelShuffleIcnr> _up = [];
    private readonly List<Convolution> _join = [];
    private readonly List<Sequential> _decoder = [];
    private readonly Convolution _tail;

    /// <summary>Creates the network with random weights, which <c>torch.manual_seed</c> decides.</summary>
    /// <param name="options">What to build; the body must be "lite-resnet18".</param>
    /// <exception cref="InputException">An option is outside its range.</exception>
    public LiteResNetUnet(UnetOptions options)
        : base(nameof(LiteResNetUnet), options)
    {
        NormType norm = options.Norm;
        int[] widths = [.. options.LiteResNetWidths];
        _encoder = new ResNet(options.EncoderName, classes: 0, stages: EncoderStages).Body;
        _middle = nn.Sequential(("0", new Convolution(_encoder.OutChannels, widths[0], 1, norm: norm)), ("1", LiteUnet.Blocks(widths[0], 1, norm)));
        for (int level = 0; level < EncoderStages; level++)
        {
            int width = widths[level + 1];
            _up.Add(new PixelShuffleIcnr(widths[level], width, blur: false, norm, IcnrMode.AsIntended));
            _join.Add(new Convolution(width + _encoder.SkipChannels[EncoderStages - 1 - level], width, 1, norm: norm));
            _decoder.Add(LiteUnet.Blocks(width, 1, norm));
        }

        _tail = new Convolution(widths[^1] + Unshuffled, Unshuffled, 3);
        _tail.SetZero();
        (string Name, nn.Module Module)[] rest =
        [
            ("middle", _middle), ("up", nn.ModuleList([.. _up])), ("join", nn.ModuleList([.. _join])), ("decoder", nn.ModuleList([.. _decoder])), ("tail", _tail),
        ];
        register_module("encoder", _encoder);
        foreach ((string name, nn.Module module) in rest)
        {
            register_module(name, module);
        }

        (string Name, nn.Module Module)[] encoder = [.. _encoder.named_children().Select(child => ("encoder." + child.name, child.module))];
        Groups = [LayerGroup.Of(encoder[..6]), LayerGroup.Of(encoder[6..]), LayerGroup.Of(rest)];
    }

    /// <inheritdoc/>
    public override EncoderBody Encoder => _encoder;

    /// <inheritdoc/>
    public override int SizeMultiple => 2 << EncoderStages;

    /// <inheritdoc/>
    /// <remarks>The sum over the deepest path: the stem and its pool, two blocks of two convolutions a stage, one such block a size on the way up.</remarks>
    public override int ReceptiveRadius
    {
        get
        {
            const int Stem = 3 + 2, Stages = (4 * 4) + (4 + (3 * 8)) + (8 + (3 * 16)), Up = 2 * (16 + 8 + 4 + 2), Tail = 2;
            return Stem + Stages + Up + Tail + SizeMultiple;
        }
    }

    /// <summary>Runs the network.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised, already at the output's size; any size of at least 1×1.</param>
    /// <returns>N×3×H×W in the input's data type, normalised like the input.</returns>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        (long height, long width) = (input.shape[2], input.shape[3]);
        long padY = -height & (SizeMultiple - 1), padX = -width & (SizeMultiple - 1);
        Tensor padded = padX == 0 && padY == 0 ? input : nn.functional.pad(input, [0, padX, 0, padY], PaddingModes.Replicate);
        Tensor whole = ChannelsLast.Of(padded.to(ComputeType));
        var skips = new List<Tensor>(EncoderStages);
        Tensor x = _encoder.Forward(whole, skips);
        using Generator? masks = training && Options.Dropout > 0 ? new Generator(MaskSeed()) : null;
        x = Drop(x, masks).Then(_middle);
        for (int level = 0; level < EncoderStages; level++)
        {
            Tensor skip = Drop(skips[EncoderStages - 1 - level], masks);
            x = TensorSteps.Join(x.Then(_up[level]), skip).Then(_join[level]).Then(_decoder[level]);
        }

        Tensor change = nn.functional.pixel_shuffle(TensorSteps.Join(x, nn.functional.pixel_unshuffle(whole, 2)).Then(_tail), 2).to(input.dtype);
        if (padX != 0 || padY != 0)
        {
            change = change.narrow(2, 0, height).narrow(3, 0, width);
        }

        return (input + change).MoveToOuterDisposeScope();
    }

    /// <summary>Counted by the first batch norm, which is kept with the weights: a training that goes on draws what it would have drawn.</summary>
    private ulong MaskSeed() => (ulong)new RandomStream(_encoder.named_children().ElementAt(1).module.get_buffer("num_batches_tracked")!.item<long>(), "dropout").NextBits() >> 1;

    private Tensor Drop(Tensor features, Generator? masks)
    {
        if (masks is null)
        {
            return features;
        }

        double kept = 1 - Options.Dropout;
        using (features)
        using (Tensor random = rand([features.shape[0], features.shape[1], 1, 1], generator: masks))
        {
            return features * (random < kept).to(features.dtype).div_(kept);
        }
    }
}
