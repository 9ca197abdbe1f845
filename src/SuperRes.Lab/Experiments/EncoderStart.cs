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
        if (experiment.Pretrained == PretrainedEncoder.None || model is not DynamicUnet unet)
        {
            return;
        }

        bool fits = experiment.Model is { Width: 1, Blocks: null, Stem: StemType.Classic };
        IReadOnlyDictionary<string, Tensor>? weights = fits && PretrainedWeights.TryFind(experiment.Model.Body) is not null ? PretrainedWeights.Load(experiment.Model.Body) : null;
        if (weights is null)
        {
            string reason = fits ? $"its pretrained file is not in the cache; `superres weights fetch {experiment.Model.Body}` gets it" : "ImageNet weights fit the full-width classic body alone";
            if (experiment.Pretrained == PretrainedEncoder.Required)
            {
                throw new InputException($"The experiment {experiment.Name} requires a pretrained {experiment.Model.Body}, but {reason}.");
            }

            log($"The encoder {experiment.Model.Body} starts from RANDOM weights: {reason}.");
            return;
        }

        using var classifier = new ResNet(experiment.Model.Body);
        StateDict.Load(classifier, weights, $"The pretrained {experiment.Model.Body}");
        StateDict.Load(unet.Encoder, StateDict.Entries(classifier.Body).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal), experiment.Model.Body);
        foreach (Tensor weight in weights.Values)
        {
            weight.Dispose();
        }
    }
}
