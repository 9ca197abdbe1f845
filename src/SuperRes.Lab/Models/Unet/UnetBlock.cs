using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// One step up the U-Net (Ronneberger et al. 2015; fastai's <c>UnetBlock</c>): the deeper features are enlarged by pixel shuffle, joined
/// with the batch-normed encoder features of that size (the cross connection), and pass two convolutions.
/// </summary>
public sealed class UnetBlock : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly PixelShuffleIcnr _shuffle;
    private readonly BatchNorm2d _norm;
    private readonly Sequential _conv1;
    private readonly Sequential _conv2;

    /// <summary>Creates the block.</summary>
    /// <param name="upChannels">Channels that come from below; halved by the pixel shuffle.</param>
    /// <param name="skipChannels">Channels of the cross connection.</param>
    /// <param name="last">Whether this is the last block, which halves its channels.</param>
    /// <param name="blur">Whether the pixel shuffle blurs.</param>
    /// <param name="selfAttention">Whether the second convolution ends with self-attention.</param>
    /// <param name="options">Normalisation and ICNR mode.</param>
    internal UnetBlock(int upChannels, int skipChannels, bool last, bool blur, bool selfAttention, UnetOptions options)
        : base(nameof(UnetBlock))
    {
        _shuffle = new PixelShuffleIcnr(upChannels, upChannels / 2, blur, options.Norm, options.Icnr);
        _norm = ConvLayer.BatchNorm(skipChannels);
        int joined = (upChannels / 2) + skipChannels;
        OutChannels = last ? joined / 2 : joined;
        _conv1 = ConvLayer.Create(joined, OutChannels, norm: options.Norm);
        _conv2 = ConvLayer.Create(OutChannels, OutChannels, norm: options.Norm, selfAttention: selfAttention);
        register_module("shuf", _shuffle);
        register_module("bn", _norm);
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
    }

    /// <summary>Channels of the output.</summary>
    public int OutChannels { get; }

    /// <summary>Enlarges and joins.</summary>
    /// <param name="up">N × up channels × h × w from below.</param>
    /// <param name="skip">
    /// N × skip channels × H × W from the encoder; where H × W is not 2h × 2w the enlarged features are resized to it (nearest).
    /// </param>
    /// <returns>N × <see cref="OutChannels"/> × H × W.</returns>
    public override Tensor forward(Tensor up, Tensor skip)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor enlarged = _shuffle.call(up);
        if (enlarged.shape[2] != skip.shape[2] || enlarged.shape[3] != skip.shape[3])
        {
            enlarged = nn.functional.interpolate(enlarged, skip.shape[2..], mode: InterpolationMode.Nearest);
        }

        Tensor joined = TensorSteps.Join(enlarged, _norm.call(skip)).relu_();
        return joined.Then(_conv1).Then(_conv2).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the block to a graph; what was enlarged has at most one row and column too many, where the nearest pixel is the
    /// upper left part.</summary>
    internal string AddTo(INetworkGraph graph, string up, string skip)
    {
        string enlarged = graph.CropTo(graph.Module(_shuffle, up), skip);
        string joined = graph.Relu(graph.Join(enlarged, graph.BatchNorm(skip, _norm)));
        return graph.Module(_conv2, graph.Module(_conv1, joined));
    }

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Everything is registered above, under its name in the state dict, not under its field's.
    }
}
