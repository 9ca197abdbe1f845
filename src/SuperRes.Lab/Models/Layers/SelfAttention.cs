using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// Self-attention over all pixels (Zhang et al. 2018, section 3; fastai's <c>SelfAttention</c>): spectrally normed 1×1 query, key and
/// value, a softmax over the queries, and a gain that starts at zero, so that the layer starts as the identity.
/// </summary>
public sealed class SelfAttention : nn.Module<Tensor, Tensor>, IGraphModule
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
    public string AddTo(INetworkGraph graph, string input)
    {
        string x = graph.Add("Reshape", [input, graph.Integers([0, 0, -1])]);
        string query = graph.Module(_query, x), key = graph.Module(_key, x), value = graph.Module(_value, x);
        string products = graph.Add("MatMul", [graph.Add("Transpose", [query], ("perm", new long[] { 0, 2, 1 })), key]);
        string seen = graph.Add("MatMul", [value, graph.Add("Softmax", [products], ("axis", 1L))]);
        string output = graph.Plus(graph.Add("Mul", [graph.Weight(get_parameter("gamma")!), seen]), x);
        return graph.Add("Reshape", [output, graph.Add("Shape", [input])]);
    }

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Everything is registered above, under its name in the state dict, not under its field's.
    }
}
