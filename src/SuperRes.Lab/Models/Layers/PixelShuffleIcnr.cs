using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>Whether the "ICNR" start of the pixel shuffle takes effect under weight norm.</summary>
public enum IcnrMode
{
    /// <summary>
    /// As run in 2019: fastai wrote the ICNR weights into the derived weight, which weight norm recomputes at the next forward pass, so
    /// under
    /// weight norm the start is plain Kaiming-normal. Otherwise it is ICNR; under spectral norm because PyTorch's derived weight shares the
    /// parameter's memory until the first forward pass.
    /// </summary>
    AsRun,

    /// <summary>As intended: at the start the four sub-pixels of an output pixel are equal, so the layer enlarges like nearest
    /// neighbour.</summary>
    AsIntended,
}

/// <summary>
/// Upsampling by two: 1×1 convolution → ReLU → pixel shuffle (Shi et al. 2016), started so that no checkerboard appears (ICNR, Aitken et
/// al.
/// 2017), and optionally a 2×2 average with stride 1 behind a replication pad on the left and top ("blur", Sugawara et al. 2018).
/// fastai's <c>PixelShuffle_ICNR</c>.
/// </summary>
public sealed class PixelShuffleIcnr : nn.Module<Tensor, Tensor>, IGraphModule
{
    private readonly Sequential _conv;
    private readonly bool _blur;

    /// <summary>Creates the layer.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output, whose sides are doubled.</param>
    /// <param name="blur">Whether the averaging follows.</param>
    /// <param name="norm">Normalisation of the convolution.</param>
    /// <param name="icnr">Whether the start takes effect under weight norm.</param>
    public PixelShuffleIcnr(
        int inChannels, int outChannels, bool blur = false, NormType norm = NormType.Weight, IcnrMode icnr = IcnrMode.AsRun)
        : base(nameof(PixelShuffleIcnr))
    {
        _blur = blur;
        _conv = ConvLayer.Create(inChannels, outChannels * 4, 1, norm, activation: false);
        register_module("conv", _conv);
        if (icnr == IcnrMode.AsIntended || norm != NormType.Weight)
        {
            using DisposeScope scope = NewDisposeScope();
            ((Convolution)_conv[0]).SetWeight(IcnrWeights(outChannels, inChannels));
        }
    }

    /// <summary>Kaiming-normal weights in which each kernel stands four times in a row, 4·out × in × 1 × 1.</summary>
    internal static Tensor IcnrWeights(int outChannels, int inChannels) =>
        Repeat(Initialization.KaimingNormal([outChannels, inChannels, 1, 1]));

    /// <summary>Each kernel of a weight four times in a row: out × in × k × k to 4·out × in × k × k.</summary>
    internal static Tensor Repeat(Tensor kernels) => kernels.repeat_interleave(4, 0);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = nn.functional.pixel_shuffle(_conv.call(input).relu_(), 2);
        if (_blur)
        {
            x = nn.functional.avg_pool2d(nn.functional.pad(x, [1, 0, 1, 0], PaddingModes.Replicate), 2, 1);
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string AddTo(INetworkGraph graph, string input)
    {
        string x = graph.PixelShuffle(graph.Relu(graph.Module(_conv, input)), 2);
        return _blur ? graph.AveragePool(graph.PadEdges(x, left: 1, top: 1), 2, 1) : x;
    }

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Everything is registered above, under its name in the state dict, not under its field's.
    }
}
