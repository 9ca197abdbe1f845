using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>Two convolutions around which the input is added, without an activation after the sum (fastai's <c>res_block</c>).</summary>
public sealed class ResBlock : nn.Module<Tensor, Tensor>, IGraphModule
{
    private const int LeastToPad = 64;
    private readonly Sequential _first;
    private readonly Sequential _second;
    private readonly int _padding;

    /// <summary>Creates the block.</summary>
    /// <param name="channels">Channels of input and output.</param>
    /// <param name="norm">Normalisation of the convolutions.</param>
    /// <param name="bottleneck">Whether the channels between the convolutions are halved.</param>
    /// <param name="lastActivation">Whether a ReLU follows the second convolution too, as in fastai; without it the block can lower a
    /// feature.</param>
    public ResBlock(int channels, NormType norm, bool bottleneck = false, bool lastActivation = true)
        : base(nameof(ResBlock))
    {
        int inner = bottleneck ? channels / 2 : channels;
        _first = ConvLayer.Create(channels, inner, norm: norm);
        _second = ConvLayer.Create(inner, channels, norm: norm, activation: lastActivation);
        if (norm != NormType.Batch && !bottleneck && channels > LeastToPad)
        {
            _padding = ChannelsLast.Padding(channels);
            ((Convolution)_first[0]).PadChannels(_padding, _padding);
            ((Convolution)_second[0]).PadChannels(_padding, _padding);
        }

        register_module("layers", nn.ModuleList<nn.Module<Tensor, Tensor>>(_first, _second));
    }

    /// <summary>Scales the second convolution's weight, so that the block starts near the identity.</summary>
    internal void ScaleBranch(float factor)
    {
        var last = (Convolution)_second[0];
        using DisposeScope scope = NewDisposeScope();
        using Scalar scale = Scalars.Of(factor);
        last.SetWeight(last.EffectiveWeight().detach() * scale);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        if (_padding == 0 || !ChannelsLast.Pays(input))
        {
            return _first.call(input).Then(_second).Plus(input).MoveToOuterDisposeScope();
        }

        // An odd count of channels, as the 99 of the last block, costs more than some channels of zeros.
        Tensor padded = cat([input, ChannelsLast.Zeros(input, _padding)], 1);
        Tensor output = _first.call(padded).Then(_second).Plus(padded);
        return output.narrow(1, 0, input.shape[1]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string AddTo(INetworkGraph graph, string input) => graph.Plus(graph.Module(_second, graph.Module(_first, input)), input);

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Everything is registered above, under its name in the state dict, not under its field's.
    }
}
