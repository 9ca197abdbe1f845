using static TorchSharp.torch;

namespace SuperRes.Lab.Features;

/// <summary>A feature network by name: how it is made, which layers can be compared, and what a loss takes of it where nothing else is
/// said.</summary>
public sealed record FeatureNetworkKind
{
    /// <summary>Its name, which is also that of its weights in <see cref="Weights.PretrainedWeights"/>: "resnet18".</summary>
    public required string Name { get; init; }

    /// <summary>The layers that can be compared, in the order in which they are computed.</summary>
    public required IReadOnlyList<string> LayerNames { get; init; }

    /// <summary>The layers that block numbers mean: the last one of each size of the picture.</summary>
    public required IReadOnlyList<string> BlockLayers { get; init; }

    /// <summary>The layers that a loss compares where it names none.</summary>
    public required IReadOnlyList<string> DefaultLayers { get; init; }

    /// <summary>A weight for each of <see cref="DefaultLayers"/>.</summary>
    public required IReadOnlyList<double> DefaultWeights { get; init; }

    /// <summary>The factor on the gram terms.</summary>
    public required double DefaultGramFactor { get; init; }

    /// <summary>Makes the network: with random weights, which <c>torch.manual_seed</c> decides, or with the fixed ones that it needs no
    /// file for.</summary>
    public required Func<FeatureNetwork> Create { get; init; }

    /// <summary>Makes the network with given weights: the state dict of the classifier, and what to name in messages. The state stays the
    /// caller's. Null (the default) for fixed weights: <see cref="Create"/> makes the network as it is used, and no file is looked
    /// for.</summary>
    public Func<IReadOnlyDictionary<string, Tensor>, string, FeatureNetwork>? FromWeights { get; init; }

    /// <summary>The positions of layers in <see cref="LayerNames"/>.</summary>
    /// <param name="layers">Names.</param>
    /// <param name="where">What to name in the message.</param>
    /// <returns>A position for each name, in rising order.</returns>
    /// <exception cref="InputException">A layer is not there, or they are not in rising order.</exception>
    public int[] IndicesOf(IReadOnlyList<string> layers, string where = "layers")
    {
        int[] indices =
            [.. layers.Select(
            layer => LayerNames.Index().Where(entry => entry.Item == layer).Select(entry => entry.Index).DefaultIfEmpty(-1).First())];
        for (int i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || (i > 0 && indices[i] <= indices[i - 1]))
            {
                throw new InputException($"{where} is [{string.Join(", ", layers)}]; of {Name} use some of "
                    + $"{string.Join(", ", LayerNames)}, in this order.");
            }
        }

        return indices;
    }
}
