using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>Gives an encoder the weights of a whole residual network with torchvision's names.</summary>
internal static class EncoderWeights
{
    /// <summary>Loads them: the whole network is checked, then those of its stages are taken that the encoder has.</summary>
    /// <param name="encoder">The encoder, or the beginning of one.</param>
    /// <param name="network">resnet18, resnet34 or resnet50.</param>
    /// <param name="weights">The network's weights, with or without the classifier's.</param>
    /// <param name="blocks">The residual blocks of its stages; null for torchvision's.</param>
    /// <exception cref="InputException">They are not those of the encoder's network.</exception>
    public static void Load(
        EncoderBody encoder, string network, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyList<int>? blocks = null)
    {
        int classes = weights.ContainsKey("fc.weight") ? ImageNet.Classes : 0;
        using var whole = new ResNet(network, classes, blocks: blocks);
        StateDict.Load(whole, weights, $"The pretrained {network}");
        var wanted = StateDict.Entries(encoder).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        StateDict.Load(
            encoder,
            StateDict.Entries(whole.Body)
                .Where(entry => wanted.Contains(entry.Name))
                .ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal),
            $"The pretrained {network}");
    }
}
