using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>The weights that an encoder starts from.</summary>
internal static class EncoderStart
{
    /// <summary>Gives the encoder its pretrained weights, where the experiment wants them and they are there; random ones stay otherwise, and that is said.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="model">The network, with random weights.</param>
    /// <param name="log">Told where weights are missing that are only preferred.</param>
    /// <exception cref="InputException">Required weights are missing, or can't fit the encoder.</exception>
    public static void Load(Experiment experiment, RestorationNetwork model, Action<string> log)
    {
        if (experiment.Pretrained == PretrainedEncoder.None || model.Encoder is not { } encoder)
        {
            return;
        }

        string name = experiment.Model.EncoderName;
        if (Reason(experiment.Model, name, out IReadOnlyDictionary<string, Tensor>? weights) is { } reason)
        {
            if (experiment.Pretrained == PretrainedEncoder.Required)
            {
                throw new InputException($"The experiment {experiment.Name} requires a pretrained {name}, but {reason}.");
            }

            log($"The encoder {name} starts from RANDOM weights: {reason}.");
            return;
        }

        // The whole network is checked, then those of its stages are taken that the encoder has.
        Take(experiment.Model, encoder, weights!);
        Dispose(weights!);
    }

    /// <summary>Why an encoder can't have pretrained weights; null where it can, and then they are read.</summary>
    private static string? Reason(UnetOptions options, string name, out IReadOnlyDictionary<string, Tensor>? weights)
    {
        weights = null;
        if (!options.IsLiteResNet && options is not { Width: 1, Stem: StemType.Classic })
        {
            return "ImageNet weights fit the full-width classic body alone";
        }

        if (PretrainedWeights.TryFind(name) is null)
        {
            return $"its pretrained file is not in the cache; `superres weights fetch {name}` gets it";
        }

        weights = PretrainedWeights.Load(name);
        int[] there = ResNet.BlocksIn(weights.Keys);
        if (options.IsLiteResNet || there.SequenceEqual(options.StageBlocks))
        {
            return null;
        }

        Dispose(weights);
        return $"those that are there have stages of {string.Join(", ", there)} blocks, and model.blocks asks for {string.Join(", ", options.StageBlocks)}; give it the same";
    }

    private static void Dispose(IReadOnlyDictionary<string, Tensor> weights)
    {
        foreach (Tensor weight in weights.Values)
        {
            weight.Dispose();
        }
    }

    /// <summary>Gives an encoder the weights of a whole network with torchvision's names.</summary>
    /// <exception cref="InputException">They are not those of the encoder's network.</exception>
    internal static void Take(UnetOptions options, EncoderBody encoder, IReadOnlyDictionary<string, Tensor> weights)
    {
        // ML.NET's ResNet-18 has one more block in its last stage, which lite-resnet18 leaves out.
        int[] blocks = options.IsLiteResNet ? ResNet.BlocksIn(weights.Keys) : [.. options.StageBlocks];
        using var whole = new ResNet(options.EncoderName, weights.ContainsKey("fc.weight") ? ImageNet.Classes : 0, blocks: blocks);
        StateDict.Load(whole, weights, $"The pretrained {options.EncoderName}");
        var wanted = StateDict.Entries(encoder).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        StateDict.Load(
            encoder,
            StateDict.Entries(whole.Body).Where(entry => wanted.Contains(entry.Name)).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal),
            $"The pretrained {options.EncoderName}");
    }
}
