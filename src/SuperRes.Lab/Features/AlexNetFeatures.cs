using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Features;

/// <summary>
/// The convolutional part of torchvision's AlexNet (Krizhevsky 2014, "One weird trick"), numbered as its <c>features</c>. Its layers are
/// the ReLUs
/// <c>relu1</c> to <c>relu5</c>.
/// </summary>
public sealed class AlexNetFeatures : FeatureNetwork
{
    private static readonly (int Index, int In, int Out, int Kernel, int Stride, int Padding, bool PoolsBefore)[] _convolutions =
    [
        (0, 3, 64, 11, 4, 2, false), (3, 64, 192, 5, 1, 2, true), (6, 192, 384, 3, 1, 1, true), (8, 384, 256, 3, 1, 1, false),
            (10, 256, 256, 3, 1, 1, false),
    ];

    private readonly Convolution[] _layers;

    private AlexNetFeatures()
        : base(Kind)
    {
        _layers = [.. _convolutions.Select(c => new Convolution(c.In, c.Out, c.Kernel, c.Stride, padding: c.Padding))];
        for (int i = 0; i < _layers.Length; i++)
        {
            register_module($"{_convolutions[i].Index}", _layers[i]);
        }

        FreezeParameters();
    }

    /// <summary>What is known of it.</summary>
    public static new FeatureNetworkKind Kind { get; } = new()
    {
        Name = "alexnet",
        LayerNames = ["relu1", "relu2", "relu3", "relu4", "relu5"],
        BlockLayers = ["relu1", "relu2", "relu3", "relu4", "relu5"],
        DefaultLayers = ["relu1", "relu2", "relu3"],
        DefaultWeights = [1, 1, 1],
        DefaultGramFactor = 50,
        Create = () => new AlexNetFeatures(),
        FromWeights = (weights, source) => FeatureNetworks.Fill(new AlexNetFeatures(), weights, source, "features."),
    };

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Features(Tensor input, IReadOnlyList<string> layers)
    {
        int[] wanted = Kind.IndicesOf(layers);
        using DisposeScope scope = NewDisposeScope();
        var features = new List<Tensor>(wanted.Length);
        Tensor x = input;
        for (int i = 0; i <= wanted[^1]; i++)
        {
            x = _layers[i].call(_convolutions[i].PoolsBefore ? nn.functional.max_pool2d(x, 3, 2) : x).relu_();
            if (wanted.Contains(i))
            {
                features.Add(x.MoveToOuterDisposeScope());
            }
        }

        return features;
    }
}
