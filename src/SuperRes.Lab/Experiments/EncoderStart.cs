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
        bool fits = experiment.Model.IsLiteResNet || experiment.Model is { Width: 1, Blocks: null, Stem: StemType.Classic };
        IReadOnlyDictionary<string, Tensor>? weights = fits && PretrainedWeights.TryFind(name) is not null ? PretrainedWeights.Load(name) : null;
        if (weights is null)
        {
            string reason = fits ? $"its pretrained file is not in the cache; `superres weights fetch {name}` gets it" : "ImageNet weights fit the full-width classic body alone";
            if (experiment.Pretrained == PretrainedEncoder.Required)
            {
                throw new InputException($"The experiment {experiment.Name} requires a pretrained {name}, but {reason}.");
            }

            log($"The encoder {name} starts from RANDOM weights: {reason}.");
            return;
        }

        // The whole network is checked, then those of its stages are taken that the encoder has.
        Take(experiment.Model, encoder, weights);
        foreach (Tensor weight in weights.Values)
        {
            weight.Dispose();
        }
    }

    /// <summary>Gives an encoder the weights of a whole network with torchvision's names.</summary>
    /// <exception cref="InputException">They are not those of the encoder's network.</exception>
    internal static void Take(UnetOptions options, EncoderBody encoder, IReadOnlyDictionary<string, Tensor> weights)
    {
        // ML.NET's ResNet-18 has one more block in the stage that lite-resnet18 leaves out.
        int[]? blocks = options.IsLiteResNet ? ResNet.BlocksIn(weights.Keys) : null;
        using var whole = new ResNet(options.EncoderName, weights.ContainsKey("fc.weight") ? ImageNet.Classes : 0, blocks: blocks);
        StateDict.Load(whole, weights, $"The pretrained {options.EncoderName}");
        var wanted = StateDict.Entries(encoder).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        StateDict.Load(
            encoder,
            StateDict.Entries(whole.Body).Where(entry => wanted.Contains(entry.Name)).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal),
            $"The pretrained {options.EncoderName}");
    }
}
