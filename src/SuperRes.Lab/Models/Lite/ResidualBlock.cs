using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// torchvision's BasicBlock (two 3×3 convolutions) or Bottleneck (1×1, 3×3, 1×1 with four times the channels), each with its names.
/// </summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>, IGraphModule
{
    private readonly List<(Convolution Conv, BatchNorm2d Norm)> _path = [];
    private readonly Sequential? _downsample;

    public ResidualBlock(int inChannels, int inner, int stride, bool bottleneck)
        : base(bottleneck ? "Bottleneck" : "BasicBlock")
    {
        int outChannels = bottleneck ? inner * 4 : inner;
        if (bottleneck)
        {
            Add(inChannels, inner, 1, 1);
            Add(inner, inner, 3, stride);
            Add(inner, outChannels, 1, 1);
        }
        else
        {
            Add(inChannels, inner, 3, stride);
            Add(inner, inner, 3, 1);
        }

        if (stride != 1 || inChannels != outChannels)
        {
            Convolution conv = EncoderBody.Conv(inChannels, outChannels, 1, stride);
            BatchNorm2d norm = nn.BatchNorm2d(outChannels);
            Shortcut = (conv, norm);
            _downsample = nn.Sequential(("0", conv), ("1", norm));
            register_module("downsample", _downsample);
        }
    }

    /// <summary>The convolutions with their batch norms.</summary>
    internal IReadOnlyList<(Convolution Conv, BatchNorm2d Norm)> Path => _path;

    /// <summary>The shortcut's convolution and batch norm; null where the input itself is added.</summary>
    internal (Convolution Conv, BatchNorm2d Norm)? Shortcut { get; }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = input;
        for (int i = 0; i < _path.Count; i++)
        {
            x = _path[i].Norm.call(_path[i].Conv.call(x));
            if (i + 1 < _path.Count)
            {
                x = x.relu_();
            }
        }

        Tensor shortcut = _downsample is null ? input : _downsample.call(input);
        return x.add_(shortcut, Scalars.One).relu_().MoveToOuterDisposeScope();
    }

    public string AddTo(INetworkGraph graph, string input)
    {
        string x = input;
        for (int i = 0; i < _path.Count; i++)
        {
            x = graph.BatchNorm(graph.Module(_path[i].Conv, x), _path[i].Norm);
            x = i + 1 < _path.Count ? graph.Relu(x) : x;
        }

        return graph.Relu(graph.Plus(x, _downsample is null ? input : graph.Module(_downsample, input)));
    }

    private void Add(int inChannels, int outChannels, int kernel, int stride)
    {
        Convolution conv = EncoderBody.Conv(inChannels, outChannels, kernel, stride);
        BatchNorm2d norm = nn.BatchNorm2d(outChannels);
        _path.Add((conv, norm));
        register_module($"conv{_path.Count}", conv);
        register_module($"bn{_path.Count}", norm);
    }

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Everything is registered above, under its name in the state dict, not under its field's.
    }
}
