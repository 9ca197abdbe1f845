using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// Self-attention over all pixels (Zhang et al. 2018, section 3; fastai's <c>SelfAttention</c>): spectrally normed 1×1 query, key and
/// value, a softmax over the queries, and a gain that starts at zero, so that the layer starts as the identity.
/// </summary>
public sealed class SelfAttention : nn.Module<Tensor, Tensor>
{
    private readonly Convolution _query;
    private readonly Convolution _key;
    private readonly Convolution _value;

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">Channels of input and output, at least 8; query and key have an eighth of them.</param>
    public SelfAttention(int channels)
        : base(nameof(SelfAttention))
    {
        _query = new Convolution(channels, channels / 8, 1, bias: false, norm: NormType.Spectral, dimensions: 1);
        _key = new Convolution(channels, channels / 8, 1, bias: false, norm: NormType.Spectral, dimensions: 1);
        _value = new Convolution(channels, channels, 1, bias: false, norm: NormType.Spectral, dimensions: 1);
        register_parameter("gamma", new Parameter(zeros(1)));
        register_module("query", _query);
        register_module("key", _key);
        register_module("value", _value);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = input.flatten(2).contiguous();
        Tensor query = _query.call(x), key = _key.call(x), value = _value.call(x);
        Tensor attention = query.transpose(1, 2).contiguous().bmm(key).softmax(1);
        Tensor output = (get_parameter("gamma")!.to(x.dtype) * value.bmm(attention)).add(x, Scalars.One);
        return ChannelsLast.Of(output.view(input.shape)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Everything is registered above, under its name in the state dict, not under its field's.
    }
}
