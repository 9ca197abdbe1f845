using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>The weights that a network's encoder starts from.</summary>
internal static class EncoderStart
{
    /// <summary>
    /// Gives the encoder its pretrained weights, where the experiment wants them and they are there; random ones stay otherwise, and that
    /// is said.
    /// </summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="model">The network, with random weights.</param>
    /// <param name="log">Gets a sentence where weights are missing that are only preferred.</param>
    /// <exception cref="InputException">Required weights are missing, or can't fit the encoder.</exception>
    public static void Load(Experiment experiment, RestorationNetwork model, Action<string> log)
    {
        if (experiment.Pretrained == PretrainedEncoder.None || model.Options.StartsFrom() is not { } start)
        {
            return;
        }

        string name = start.Name;
        IReadOnlyDictionary<string, Tensor>? weights = start.Misfit is null && PretrainedWeights.TryFind(name) is not null ? PretrainedWeights.Load(name) : null;
        if (weights is null)
        {
            string reason = start.Misfit ?? $"its pretrained file is not in the cache; `superres weights fetch {name}` gets it";
            if (experiment.Pretrained == PretrainedEncoder.Required)
            {
                throw new InputException($"The experiment {experiment.Name} requires a pretrained {name}, but {reason}.");
            }

            log($"The encoder {name} starts from RANDOM weights: {reason}.");
            return;
        }

        model.LoadPretrained(weights);
        foreach (Tensor weight in weights.Values)
        {
            weight.Dispose();
        }
    }
}
