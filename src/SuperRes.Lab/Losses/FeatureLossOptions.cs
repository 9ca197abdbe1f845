using System.ComponentModel.DataAnnotations;
using SuperRes.Lab.Features;

namespace SuperRes.Lab.Losses;

/// <summary>The distance that pixels, features and gram matrices are compared with.</summary>
public enum BaseLoss
{
    /// <summary>Mean absolute difference, as in the course's notebook.</summary>
    L1,

    /// <summary>Mean squared difference, as the article writes.</summary>
    Mse,

    /// <summary>
    /// Mean colour difference of the pixels, √(ΔL² + Δa² + Δb²) in CIELAB (CIE 1976), divided by 100: for colourisation, whose error it is.
    /// Features and
    /// gram matrices are compared as by L1.
    /// </summary>
    DeltaE,
}

/// <summary>What the loss is made of; the defaults are the course's.</summary>
public sealed record FeatureLossOptions
{
    /// <summary>The distance. Default L1.</summary>
    public BaseLoss Base { get; init; } = BaseLoss.L1;

    /// <summary>Factor on the pixels' own distance, 0 or more. Default 1.</summary>
    [Range(0, double.PositiveInfinity)]
    public double PixelWeight { get; init; } = 1;

    /// <summary>
    /// Factor on the cross entropy of the mask, 0 or more, for networks that say which pixels are masked (mask-resnet18): masked are those
    /// that the input's degradation changed (<see cref="MaskError"/>). Default 0.
    /// </summary>
    [Range(0, double.PositiveInfinity)]
    public double MaskWeight { get; init; }

    /// <summary>
    /// The network whose features are compared, by its name; or auto: vgg16_bn where its weights are in the
    /// cache, else
    /// resnet18, which comes with the build. Default vgg16_bn.
    /// </summary>
    public string Network { get; init; } = "vgg16_bn";

    /// <summary>
    /// Whether the network has its ImageNet weights where they are there. False for random ones, the control that says what ImageNet adds.
    /// Default true.
    /// </summary>
    public bool Pretrained { get; init; } = true;

    /// <summary>The layers that are compared, by name and in the network's order; null for those of <see cref="Blocks"/>. Default
    /// null.</summary>
    public IReadOnlyList<string>? Layers { get; init; }

    /// <summary>
    /// The layers that are compared, by the number of their size, 0 to 4 in rising order: for VGG-16 the last ReLU of each block (2 is
    /// layer 22 of
    /// vgg16_bn); empty for pixels alone. Default null: the network's own, 2, 3, 4 for VGG-16.
    /// </summary>
    [Range(0, 4)]
    public IReadOnlyList<int>? Blocks { get; init; }

    /// <summary>
    /// A weight w per layer, 0 or more: w for its features, w²·<see cref="GramFactor"/> for its gram matrix. Default null: the network's
    /// own, 5, 15, 2 for
    /// VGG-16 and 1 each for others, or 1 each where layers or blocks are given.
    /// </summary>
    [Range(0, double.PositiveInfinity)]
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>
    /// Whether features are divided by their root mean square over channels, position by position, before they are compared, so that what a
    /// place looks like
    /// counts as much where contrast is low (as in LPIPS, Zhang et al. 2018). Gram matrices are of the features themselves. Default false.
    /// </summary>
    public bool Normalized { get; init; }

    /// <summary>Factor on the gram terms, 0 or more; 0 leaves the grams out. Default null: the network's own, 5000 for VGG-16 and 50 for
    /// others.</summary>
    [Range(0, double.PositiveInfinity)]
    public double? GramFactor { get; init; }

    /// <summary>Terms of one's own that are added, each by its name (<see cref="LossTermRegistry"/>). Default: none.</summary>
    public LossTermSections Terms { get; init; } = new();

    /// <summary>Whether pixels alone are compared, beside <see cref="Terms"/>.</summary>
    internal bool IsPixelsOnly => (Layers?.Count ?? Blocks?.Count) == 0;

    /// <summary>The same loss with every value said, so that two ways of saying it can be compared; auto stays what it is.</summary>
    /// <returns>Options with layers, weights and factor of the network; those of pixels alone without any.</returns>
    public FeatureLossOptions WithDefaults() => IsPixelsOnly
        ? this with { Layers = null, Blocks = [], Weights = [], GramFactor = GramFactor ?? FeatureNetworks.All[0].DefaultGramFactor }
        : Network == FeatureNetworks.Auto ? this : Resolve(FeatureNetworks.Get(Network));

    /// <summary>The same loss with every value said, also which network auto is, by the weights that are there now.</summary>
    /// <exception cref="InputException">A value is outside its range.</exception>
    internal FeatureLossOptions Resolve() => IsPixelsOnly || Network != FeatureNetworks.Auto ? WithDefaults()
        : Resolve(FeatureNetworks.Get(Network));

    /// <summary>The same loss with every value said, for a network.</summary>
    internal FeatureLossOptions Resolve(FeatureNetworkKind kind)
    {
        IReadOnlyList<string> layers = Layers ?? Blocks?.Select(block => kind.BlockLayers[block]).ToArray() ?? kind.DefaultLayers;
        bool isDefault = layers.SequenceEqual(kind.DefaultLayers);
        return this with
        {
            Network = kind.Name,
            Layers = layers,
            Blocks = null,
            Weights = Weights ?? (isDefault ? kind.DefaultWeights : [.. layers.Select(_ => 1.0)]),
            GramFactor = GramFactor ?? kind.DefaultGramFactor,
        };
    }

    /// <summary>Checks every value.</summary>
    /// <param name="where">What to name in the message.</param>
    /// <exception cref="InputException">A value is outside its range.</exception>
    public void Validate(string where = "loss")
    {
        if (!(PixelWeight >= 0 && double.IsFinite(PixelWeight)))
        {
            throw new InputException($"{where}.pixelWeight is {PixelWeight}; use 0 or more.");
        }

        if (!(MaskWeight >= 0 && double.IsFinite(MaskWeight)))
        {
            throw new InputException($"{where}.maskWeight is {MaskWeight}; use 0 or more.");
        }

        OptionRanges.Validate(Terms, $"{where}.terms");

        FeatureNetworkKind kind =
            FeatureNetworks.Get(Network == FeatureNetworks.Auto ? FeatureNetworks.All[0].Name : Network, $"{where}.network");
        if (Blocks is not null && (
            Blocks.Any(block => block < 0 || block >= kind.BlockLayers.Count)
            || Blocks.Zip(Blocks.Skip(1)).Any(pair => pair.First >= pair.Second)))
        {
            throw new InputException($"{where}.blocks is [{string.Join(", ", Blocks)}]; use numbers from 0 to "
                + $"{kind.BlockLayers.Count - 1} in rising order.");
        }

        ValidateLayers(kind, where);
        FeatureLossOptions resolved = Resolve(kind);
        if (resolved.Weights!.Count != resolved.Layers!.Count || resolved.Weights.Any(weight => !(weight >= 0 && double.IsFinite(weight))))
        {
            throw new InputException($"{where}.weights is [{string.Join(", ", resolved.Weights)}]; use one weight of 0 or more per layer "
                + $"({resolved.Layers.Count} here).");
        }

        if (GramFactor is { } factor && !(factor >= 0 && double.IsFinite(factor)))
        {
            throw new InputException($"{where}.gramFactor is {GramFactor}; use 0 or more.");
        }
    }

    private void ValidateLayers(FeatureNetworkKind kind, string where)
    {
        if (Layers is null)
        {
            return;
        }

        if (Blocks is { Count: > 0 })
        {
            throw new InputException($"{where} has both layers and blocks, which say the same in two ways; leave one of them out.");
        }

        if (Network == FeatureNetworks.Auto && Layers.Count > 0)
        {
            throw new InputException($"{where}.layers names layers, and {where}.network is {FeatureNetworks.Auto}; name the network that "
                + $"they are of, or use blocks.");
        }

        kind.IndicesOf(Layers, $"{where}.layers");
    }
}
