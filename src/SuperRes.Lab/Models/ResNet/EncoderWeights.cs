using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>Gives an encoder the weights of a whole residual network with torchvision's names.</summary>
internal static class EncoderWeights
{
    /// <summary>Loads them: the whole network is checked, then those of its stages are taken that the encoder has.</summary>
    /// <param name="encoder">The encoder, or the beginning of one.</param>
    /// <param name="network">resnet18, resnet34 or resnet50.</param>
    /// <param name="weights">The network's weights, with or without the classifier's.</param>
    /// <param name="anyDepth">Whether the stages may have other counts of blocks than torchvision's.</param>
    /// <exception cref="InputException">They are not those of the encoder's network.</exception>
    public static void Load(EncoderBody encoder, string network, IReadOnlyDictionary<string, Tensor> weights, bool anyDepth = false)
    {
        int classes = weights.ContainsKey("fc.weight") ? ImageNet.Classes : 0;
        using var whole = new ResNet(network, classes, blocks: anyDepth ? BlocksIn(weights.Keys) : null);
        StateDict.Load(whole, weights, $"The pretrained {network}");
        var wanted = StateDict.Entries(encoder).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        StateDict.Load(
            encoder,
            StateDict.Entries(whole.Body)
                .Where(entry => wanted.Contains(entry.Name))
                .ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal),
            $"The pretrained {network}");
    }

    private static int[] BlocksIn(IEnumerable<string> names) =>
    [
        .. Enumerable.Range(1, 4).Select(stage => names.Count(name =>
            name.StartsWith($"layer{stage}.", StringComparison.Ordinal) && name.EndsWith(".conv1.weight", StringComparison.Ordinal))),
    ];
}
