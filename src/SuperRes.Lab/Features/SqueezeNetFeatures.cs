using TorchSharp;
using static TorchSharp.torch;
using Convolution = SuperRes.Lab.Models.Convolution;

namespace SuperRes.Lab.Features;

/// <summary>
/// The convolutional part of torchvision's SqueezeNet 1.1 (Iandola et al. 2016), numbered as its <c>features</c>. Its layers are the ReLU
/// <c>relu1</c> and the
/// fire modules that LPIPS compares, by the paper's names.
/// </summary>
public sealed class SqueezeNetFeatures : FeatureNetwork
{
    private static readonly string[] _layerNames = ["relu1", "fire3", "fire5", "fire6", "fire7", "fire8", "fire9"];

    // Index in torchvision's features, channels in, squeezed, and of each of the two expansions; a max pool comes before some.
    private static readonly (int Index, int In, int Squeezed, int Expanded, bool PoolsBefore, string? Layer)[] _fires =
    [
        (3, 64, 16, 64, true, null), (4, 128, 16, 64, false, "fire3"), (6, 128, 32, 128, true, null), (7, 256, 32, 128, false, "fire5"),
        (9, 256, 48, 192, true, "fire6"), (10, 384, 48, 192, false, "fire7"), (11, 384, 64, 256, false, "fire8"),
            (12, 512, 64, 256, false, "fire9"),
    ];

    private readonly Convolution _first = new(3, 64, 3, stride: 2, padding: 0);
    private readonly Fire[] _modules = [.. _fires.Select(fire => new Fire(fire.In, fire.Squeezed, fire.Expanded))];

    private SqueezeNetFeatures()
        : base(Kind)
    {
        register_module("0", _first);
        for (int i = 0; i < _modules.Length; i++)
        {
            register_module($"{_fires[i].Index}", _modules[i]);
        }

        FreezeParameters();
    }

    /// <summary>What is known of it.</summary>
    public static new FeatureNetworkKind Kind { get; } = new()
    {
        Name = "squeezenet1_1",
        LayerNames = _layerNames,
        BlockLayers = ["relu1", "fire3", "fire5", "fire9"],
        DefaultLayers = ["relu1", "fire3", "fire5"],
        DefaultWeights = [1, 1, 1],
        DefaultGramFactor = 50,
        Create = () => new SqueezeNetFeatures(),
        FromWeights = (weights, source) => FeatureNetworks.Fill(new SqueezeNetFeatures(), weights, source, "features."),
    };

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Features(Tensor input, IReadOnlyList<string> layers)
    {
        Kind.IndicesOf(layers);
        using DisposeScope scope = NewDisposeScope();
        var features = new List<Tensor>(layers.Count);
        Tensor x = _first.call(input).relu_();
        Keep(_layerNames[0]);
        for (int i = 0; i < _modules.Length && features.Count < layers.Count; i++)
        {
            x = _modules[i].call(_fires[i].PoolsBefore ? nn.functional.max_pool2d(x, 3, 2, ceil_mode: true) : x);
            Keep(_fires[i].Layer);
        }

        return features;

        void Keep(string? layer)
        {
            if (layer is not null && layers.Contains(layer, StringComparer.Ordinal))
            {
                features.Add(x.MoveToOuterDisposeScope());
            }
        }
    }

    /// <summary>A 1×1 convolution to few channels, and 1×1 and 3×3 convolutions of those side by side.</summary>
    private sealed class Fire : nn.Module<Tensor, Tensor>
    {
        private readonly Convolution _squeeze, _expand1, _expand3;

        public Fire(int inChannels, int squeezed, int expanded)
            : base(nameof(Fire))
        {
            _squeeze = new Convolution(inChannels, squeezed, 1);
            _expand1 = new Convolution(squeezed, expanded, 1);
            _expand3 = new Convolution(squeezed, expanded, 3);
            register_module("squeeze", _squeeze);
            register_module("expand1x1", _expand1);
            register_module("expand3x3", _expand3);
        }

        public override Tensor forward(Tensor input)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = _squeeze.call(input).relu_();
            return cat([_expand1.call(x).relu_(), _expand3.call(x).relu_()], 1).MoveToOuterDisposeScope();
        }

        protected override void RegisterComponents()
        {
            // The parts are registered above, under their names in the state dict.
        }
    }
}
