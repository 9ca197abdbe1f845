using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Features;

/// <summary>
/// A residual network (He et al. 2016) as a fixed measure, with torchvision's names. Its layers are <c>stem</c>, the ReLU behind the first
/// convolution, at half
/// the picture's size, and the four stages <c>layer1</c> to <c>layer4</c> at 1/4 to 1/32.
/// </summary>
public sealed class ResNetFeatures : FeatureNetwork
{
    private static readonly string[] _layerNames = ["stem", "layer1", "layer2", "layer3", "layer4"];
    private readonly FrozenResNet _frozen;

    private ResNetFeatures(FeatureNetworkKind kind, ResNet network)
        : base(kind)
    {
        foreach ((string name, nn.Module child) in network.named_children())
        {
            register_module(name, child);
        }

        _frozen = new FrozenResNet(network);
        FreezeParameters();
    }

    /// <summary>One kind for each residual network that <see cref="ResNet"/> knows.</summary>
    public static IReadOnlyList<FeatureNetworkKind> Kinds { get; } = [.. ResNet.Bodies.Select(KindOf)];

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Features(Tensor input, IReadOnlyList<string> layers) =>
        _frozen.Features(input, Kind.IndicesOf(layers));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _frozen.Dispose();
        }

        base.Dispose(disposing);
    }

    private static FeatureNetworkKind KindOf(string body)
    {
        FeatureNetworkKind kind = null!;
        return kind = new FeatureNetworkKind
        {
            Name = body,
            LayerNames = _layerNames,
            BlockLayers = _layerNames,
            DefaultLayers = _layerNames[..3],
            DefaultWeights = [1, 1, 1],
            DefaultGramFactor = 50,
            Create = () => new ResNetFeatures(kind, new ResNet(body, classes: 0)),
            FromWeights = (weights, source) => FromWeights(kind, weights, source),
        };
    }

    private static ResNetFeatures FromWeights(FeatureNetworkKind kind, IReadOnlyDictionary<string, Tensor> weights, string source)
    {
        var network = new ResNet(kind.Name, classes: 0, blocks: ResNet.BlocksIn(weights.Keys));
        return FeatureNetworks.Fill(
            new ResNetFeatures(kind, network),
            weights.Where(entry => !entry.Key.StartsWith("fc.", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal),
            source,
            prefix: "");
    }
}
