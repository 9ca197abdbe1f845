using SuperRes.Lab.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Convolution = SuperRes.Lab.Models.Convolution;

namespace SuperRes.Lab.Features;

/// <summary>
/// The convolutional part of VGG-16 (Simonyan and Zisserman 2015), with or without batch norm, numbered as torchvision's <c>features</c>.
/// Its layers are the
/// ReLUs before the max pools, <c>relu1_2</c>, <c>relu2_2</c>, <c>relu3_3</c>, <c>relu4_3</c> and <c>relu5_3</c>.
/// </summary>
public sealed class Vgg16Features : FeatureNetwork
{
    private static readonly int[] Widths = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0];
    private static readonly string[] _layerNames = ["relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3"];
    private readonly List<nn.Module<Tensor, Tensor>> _layers = [];
    private List<FrozenConvolution>? _frozen;
    private (ScalarType, DeviceType, int) _frozenFor;

    /// <summary>Creates the network with torchvision's random start.</summary>
    /// <param name="batchNorm">Whether each convolution is followed by a batch norm (vgg16_bn).</param>
    public Vgg16Features(bool batchNorm = true)
        : base(Kinds[batchNorm ? 0 : 1])
    {
        HasBatchNorm = batchNorm;
        var ends = new List<int>();
        int channels = 3;
        foreach (int width in Widths)
        {
            if (width == 0)
            {
                ends.Add(_layers.Count - 1);
                _layers.Add(nn.MaxPool2d(2, 2));
                continue;
            }

            var conv = new Convolution(channels, width, 3);
            using (Tensor weight = Initialization.KaimingNormalFanOut([width, channels, 3, 3]))
            {
                conv.SetWeight(weight);
            }

            _layers.Add(conv);
            if (batchNorm)
            {
                _layers.Add(nn.BatchNorm2d(width));
            }

            _layers.Add(nn.ReLU(inplace: true));
            channels = width;
        }

        BlockEnds = ends;
        for (int i = 0; i < _layers.Count; i++)
        {
            register_module($"{i}", _layers[i]);
        }

        FreezeParameters();
    }

    /// <summary>With and without batch norm.</summary>
    public static IReadOnlyList<FeatureNetworkKind> Kinds { get; } = [KindOf(batchNorm: true), KindOf(batchNorm: false)];

    /// <summary>Whether this is vgg16_bn.</summary>
    public bool HasBatchNorm { get; }

    /// <summary>Index of the ReLU before each of the five max pools: 5, 12, 22, 32, 42 with batch norm, 3, 8, 15, 22, 29 without.</summary>
    public IReadOnlyList<int> BlockEnds { get; }

    /// <summary>Runs the whole network.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised.</param>
    /// <returns>N×512×H/32×W/32.</returns>
    public override Tensor forward(Tensor input) => Features(input, [_layers.Count - 1])[0];

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Features(Tensor input, IReadOnlyList<string> layers) =>
        Features(input, [.. Kind.IndicesOf(layers).Select(block => BlockEnds[block])]);

    /// <summary>Runs the network up to the last layer asked for.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised; it is not changed. The network computes in its data type.</param>
    /// <param name="layers">Indices of ReLUs and max pools in rising order.</param>
    /// <returns>Each of those layers' outputs.</returns>
    public IReadOnlyList<Tensor> Features(Tensor input, IReadOnlyList<int> layers)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<FrozenConvolution> convolutions = Convolutions(input);
        var features = new List<Tensor>(layers.Count);
        Tensor x = ChannelsLast.Of(input);
        for (int i = 0, done = 0; i <= layers[^1]; i++)
        {
            x = _layers[i] switch
            {
                Convolution => convolutions[done++].Run(x),
                BatchNorm2d => x, // within the convolution
                ReLU => x.relu_(),
                nn.Module<Tensor, Tensor> pool => pool.call(x),
            };
            if (layers.Contains(i))
            {
                features.Add(x.MoveToOuterDisposeScope());
            }
        }

        return features;
    }

    /// <summary>The convolutions in the input's data type and place, made when they are first needed: weights must be loaded
    /// before.</summary>
    private IReadOnlyList<FrozenConvolution> Convolutions(Tensor input)
    {
        (ScalarType, DeviceType, int) wanted = (input.dtype, input.device_type, input.device_index);
        if (_frozen is null || _frozenFor != wanted)
        {
            _frozen?.ForEach(convolution => convolution.Dispose());
            _frozen = [.. _layers.Index().Where(entry => entry.Item is Convolution)
                .Select(entry => new FrozenConvolution((Convolution)entry.Item, _layers[entry.Index + 1] as BatchNorm2d, input.dtype))];
            _frozenFor = wanted;
        }

        return _frozen;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _frozen?.ForEach(convolution => convolution.Dispose());
            _frozen = null;
        }

        base.Dispose(disposing);
    }

    private static FeatureNetworkKind KindOf(bool batchNorm) => new()
    {
        Name = batchNorm ? "vgg16_bn" : "vgg16",
        LayerNames = _layerNames,
        BlockLayers = _layerNames,
        DefaultLayers = _layerNames[2..],
        DefaultWeights = [5, 15, 2],
        DefaultGramFactor = 5e3,
        Create = () => new Vgg16Features(batchNorm),
        FromWeights = (weights, source) => FeatureNetworks.Fill(new Vgg16Features(batchNorm), weights, source, "features."),
    };
}
