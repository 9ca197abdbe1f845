using SuperRes.Lab.Features;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Losses;

/// <summary>
/// The perceptual loss of the course's lesson 7 (after Johnson et al. 2016): the distance of the pixels, of a classifier's features (the
/// course's: VGG-16's
/// before max pools), and of the features' gram matrices. No GAN is involved.
/// </summary>
public sealed class FeatureLoss : IDisposable
{
    private static readonly Scalar _hundredth = Scalars.Of(0.01), _rounding = Scalars.Of(1e-6); // a tenth of a unit of ΔE, squared
    private static readonly Scalar _leastPower = Scalars.Of(1e-3); // of features whose mean square is about 1
    private readonly FeatureNetwork? _network;
    private readonly FeatureLossOptions _resolved;
    private readonly string[] _layers;
    private readonly bool _isRandom;

    /// <summary>Creates the loss; the feature network's weights are pretrained ones where they are there, otherwise random.</summary>
    /// <param name="options">The loss; null for the course's.</param>
    /// <param name="device">Where it computes; null for the CPU.</param>
    /// <param name="seed">Decides random weights.</param>
    /// <exception cref="InputException">An option is outside its range, or a file of weights is there and is not the right one.</exception>
    public FeatureLoss(FeatureLossOptions? options = null, Device? device = null, long seed = 0)
    {
        Options = options ?? new FeatureLossOptions();
        Options.Validate();
        _resolved = Options.Resolve();
        (TermNames, Distance) = (Names(_resolved), Options.Base);
        _layers = [.. _resolved.Layers ?? []];
        if (_layers.Length > 0)
        {
            FeatureNetworkKind kind = FeatureNetworks.Get(_resolved.Network);
            using var random = new TorchSeed(seed, "vgg");
            _network = _resolved.Pretrained ? FeatureNetworks.TryLoad(kind) : null;
            IsPretrained = _network is not null && kind.FromWeights is not null;
            _isRandom = _network is null && _resolved.Pretrained;
            _network ??= kind.Create();
            _network.to(device ?? CPU);
        }
    }

    /// <summary>Creates the loss over a feature network with whatever weights it has.</summary>
    /// <param name="network">The network; it is the loss's from now on.</param>
    /// <param name="options">The loss; null for what the network's kind has as defaults.</param>
    /// <exception cref="InputException">An option is outside its range.</exception>
    public FeatureLoss(FeatureNetwork network, FeatureLossOptions? options = null)
    {
        Options = (options ?? new FeatureLossOptions()) with { Network = network.Kind.Name };
        Options.Validate();
        _resolved = Options.Resolve();
        (TermNames, Distance) = (Names(_resolved), Options.Base);
        _layers = [.. _resolved.Layers ?? []];
        _network = network;
    }

    /// <summary>What the loss is made of.</summary>
    public FeatureLossOptions Options { get; }

    /// <summary>The terms' names in order: pixel, feat_0, …, gram_0, …, mask, then those of one's own.</summary>
    public IReadOnlyList<string> TermNames { get; }

    /// <summary>Whether the features come from ImageNet weights. False, too, where no features are compared or the network was
    /// given.</summary>
    public bool IsPretrained { get; }

    /// <summary>What people must know before they trust the loss: that its features are random where ImageNet's were wanted; null
    /// otherwise.</summary>
    public string? Warning => !_isRandom
        ? null
        : $"The feature loss uses {NetworkName} with RANDOM weights: no pretrained file is in the cache. "
            + $"Results are weaker than the article's; `superres weights fetch {NetworkName}` gets it.";

    /// <summary>The name of the feature network, also where the options say auto; null where pixels alone are compared.</summary>
    public string? NetworkName => _layers.Length > 0 ? _resolved.Network : null;

    /// <summary>The feature network; null where pixels alone are compared.</summary>
    public FeatureNetwork? Network => _network;

    /// <summary>The network's layers that are compared, in its order.</summary>
    internal IReadOnlyList<string> Layers => _layers;

    /// <summary>
    /// The data type that the feature network computes in, set before it is first used: the images' own (float32, the default) or bfloat16;
    /// distances and gram
    /// matrices are always taken in the images' own.
    /// </summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>The distance that it measures with; the options' base to begin with.</summary>
    public BaseLoss Distance { get; set; }

    /// <summary>How much a masked pixel counts in the pixel term, 0 to 1 (<see cref="MaskedPixelWeights"/>). Default 1, as much as any
    /// other.</summary>
    public double MaskedWeight { get; set; } = 1;

    /// <summary>Compares.</summary>
    /// <param name="prediction">N×3×H×W, ImageNet-normalised.</param>
    /// <param name="target">N×3×H×W, ImageNet-normalised; no gradient flows into it.</param>
    /// <param name="weight">N×1×H×W, how much each pixel's own distance counts; null where all count alike.</param>
    /// <param name="maskError">How wrong the network's mask is, a scalar (<see cref="MaskError"/>); null counts as 0.</param>
    /// <returns>The sum and the terms.</returns>
    public LossTerms Compute(Tensor prediction, Tensor target, Tensor? weight = null, Tensor? maskError = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using Scalar pixelWeight = Scalars.Of(Options.PixelWeight);
        Tensor pixels = Pixels(prediction, target, weight);
        var terms = new List<Tensor> { Options.PixelWeight == 1 ? pixels : pixels * pixelWeight };
        if (_network is not null && _layers.Length > 0)
        {
            Tensor[] expected;
            using (no_grad())
            {
                expected = Features(target);
            }

            Tensor[] actual = Features(prediction);
            for (int i = 0; i < _layers.Length; i++)
            {
                using Scalar factor = Scalars.Of(_resolved.Weights![i]);
                terms.Add(Between(Compared(actual[i]), Compared(expected[i])) * factor);
            }

            for (int i = 0; i < _layers.Length && _resolved.GramFactor > 0; i++)
            {
                double layer = _resolved.Weights![i];
                using Scalar factor = Scalars.Of(layer * layer * _resolved.GramFactor!.Value);
                terms.Add(Between(Gram(actual[i]), Gram(expected[i])) * factor);
            }
        }

        if (Options.MaskWeight > 0)
        {
            using Scalar factor = Scalars.Of(Options.MaskWeight);
            terms.Add((maskError ?? zeros([], device: prediction.device)) * factor);
        }

        foreach (string name in Options.Terms.Names)
        {
            using Scalar factor = Scalars.Of(Options.Terms[name].Weight);
            terms.Add(LossTermRegistry.Get(name).Compare(Options.Terms[name], prediction, target) * factor);
        }

        // fastai sums in this order; a stacked sum would round differently.
        Tensor total = terms[0];
        foreach (Tensor term in terms.Skip(1))
        {
            total = total.add(term, Scalars.One);
        }

        Tensor values = stack(terms.Select(term => term.detach()));
        return new LossTerms(total.MoveToOuterDisposeScope(), TermNames, values.MoveToOuterDisposeScope());
    }

    /// <summary>The gram matrix of features: which channels are strong together, wherever that is.</summary>
    /// <param name="features">N×C×H×W.</param>
    /// <returns>N×C×C, divided by C·H·W.</returns>
    public static Tensor Gram(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        using Scalar elements = Scalars.Of(features.shape[1] * features.shape[2] * features.shape[3]);
        Tensor flat = features.flatten(2);
        return flat.bmm(flat.transpose(1, 2)).div_(elements).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network?.Dispose();

    private static string[] Names(FeatureLossOptions options) =>
        ["pixel", .. options.Weights!.Select((_, i) => $"feat_{i}"),
            .. options.GramFactor > 0 ? options.Weights!.Select((_, i) => $"gram_{i}") : [],
            .. options.MaskWeight > 0 ? ["mask"] : (string[])[], .. options.Terms.Names];

    /// <summary>Features as they are compared.</summary>
    private Tensor Compared(Tensor features) => _resolved.Normalized
        ? features / features.Squared().mean([1], keepdim: true).add_(_leastPower, Scalars.One).sqrt() : features;

    /// <summary>The network's answers in the images' own data type, whatever it computes in.</summary>
    private Tensor[] Features(Tensor images) =>
        [.. _network!.Features(ComputeType == ScalarType.Float32 ? images : images.to(ComputeType), _layers).Select(
            feature => feature.to(images.dtype))];

    private Tensor Pixels(Tensor prediction, Tensor target, Tensor? weight)
    {
        if (weight is null && Distance != BaseLoss.DeltaE)
        {
            return Between(prediction, target);
        }

        Tensor distance = Distance switch
        {
            BaseLoss.DeltaE => DeltaE(prediction, target),
            BaseLoss.Mse => (prediction - target).Squared(),
            _ => (prediction - target).abs(),
        };
        return (weight is null ? distance : distance * weight).mean();
    }

    private Tensor Between(Tensor actual, Tensor expected) => Distance == BaseLoss.Mse
        ? nn.functional.mse_loss(actual, expected)
        : nn.functional.l1_loss(actual, expected);

    /// <summary>The colour difference of each pixel, in hundreds; rounded at zero, where its root has no slope.</summary>
    private static Tensor DeltaE(Tensor prediction, Tensor target)
    {
        Tensor difference =
            (ColorSpace.RgbToLab(ImageNet.Denormalize(prediction)) - ColorSpace.RgbToLab(ImageNet.Denormalize(target))) * _hundredth;
        return difference.Squared().sum(1, keepdim: true).add_(_rounding, Scalars.One).sqrt();
    }
}
