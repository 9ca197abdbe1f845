using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// An encoder as fastai cuts it from a classifier: children 0 (convolution), 1 (batch norm), 2 (ReLU), 3 (max pool), 4 to 7 (stages). The
/// outputs
/// of 2, 4, 5 and 6, the last of each size, are the U-Net's cross connections.
/// </summary>
public sealed class EncoderBody : nn.Module<Tensor, Tensor>
{
    private static readonly int[] SkipIndices = [2, 4, 5, 6];
    private readonly List<nn.Module<Tensor, Tensor>> _children;

    internal EncoderBody(List<nn.Module<Tensor, Tensor>> children, IReadOnlyList<int> widths)
        : base("Encoder")
    {
        _children = children;
        SkipChannels = [.. widths.SkipLast(1)];
        OutChannels = widths[^1];
        for (int i = 0; i < children.Count; i++)
        {
            register_module($"{i}", children[i]);
        }
    }

    /// <summary>Channels of the cross connections, the largest picture first (half the input's size); one for each size but the
    /// smallest.</summary>
    public IReadOnlyList<int> SkipChannels { get; }

    /// <summary>Channels of the output, at a thirty-second of the input's size (a sixteenth where the last stage is missing).</summary>
    public int OutChannels { get; }

    /// <summary>Runs the encoder.</summary>
    /// <param name="input">N×3×H×W.</param>
    /// <returns>N×C×⌈H/32⌉×⌈W/32⌉.</returns>
    public override Tensor forward(Tensor input) => Forward(input, null);

    /// <summary>Runs the encoder and keeps the cross connections.</summary>
    internal Tensor Forward(Tensor input, List<Tensor>? skips)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = input;
        for (int i = 0; i < _children.Count; i++)
        {
            x = _children[i].call(x);
            if (skips is not null && i + 1 < _children.Count && SkipIndices.Contains(i))
            {
                skips.Add(x.MoveToOuterDisposeScope());
            }
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Adds the encoder to a graph and keeps the cross connections.</summary>
    internal string AddTo(INetworkGraph graph, string input, List<string> skips)
    {
        string x = input;
        for (int i = 0; i < _children.Count; i++)
        {
            x = graph.Module(_children[i], x);
            if (i + 1 < _children.Count && SkipIndices.Contains(i))
            {
                skips.Add(x);
            }
        }

        return x;
    }

    /// <summary>A convolution without bias, started as torchvision starts its residual networks.</summary>
    internal static Convolution Conv(int inChannels, int outChannels, int kernel, int stride)
    {
        var conv = new Convolution(inChannels, outChannels, kernel, stride, bias: false);
        using Tensor weight = Initialization.KaimingNormalFanOut([outChannels, inChannels, kernel, kernel]);
        conv.SetWeight(weight);
        return conv;
    }

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Everything is registered above, under its name in the state dict, not under its field's.
    }
}
