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
        if (experiment.EncoderWeights is { } file)
        {
            LoadFile(experiment, model, file, log);
            return;
        }

        if (experiment.Pretrained == PretrainedEncoder.None || model.Options.StartsFrom() is not { } start)
        {
            return;
        }

        string name = start.Name;
        if (Reason(start, out IReadOnlyDictionary<string, Tensor>? weights) is { } reason)
        {
            if (experiment.Pretrained == PretrainedEncoder.Required)
            {
                throw new InputException($"The experiment {experiment.Name} requires a pretrained {name}, but {reason}.");
            }

            log($"The encoder {name} starts from RANDOM weights: {reason}.");
            return;
        }

        model.LoadPretrained(weights!);
        Dispose(weights!);
    }

    /// <summary>Gives the encoder the weights of a file that a person named.</summary>
    private static void LoadFile(Experiment experiment, RestorationNetwork model, string file, Action<string> log)
    {
        string path = new[] { file, Path.Combine(LabFolders.Root, file) }.FirstOrDefault(File.Exists) ?? throw new InputException(
            $"The experiment {experiment.Name} names the encoder's weights {file}, and there is no such file.");
        if (model.Options.StartsFrom() is not { } start)
        {
            throw new InputException($"The experiment {experiment.Name} names weights for an encoder, and the network "
                + $"{model.Options.Body} has none; leave \"encoderWeights\" out, or use \"start\" for weights of the whole network.");
        }

        IReadOnlyDictionary<string, Tensor> weights = StateDictFile.Read(path);
        try
        {
            model.LoadPretrained(weights);
            log($"The encoder {start.Name} starts from {path}.");
        }
        finally
        {
            Dispose(weights);
        }
    }

    /// <summary>Why a network can't start from its pretrained weights; null where it can, and then they are read.</summary>
    private static string? Reason(PretrainedStart start, out IReadOnlyDictionary<string, Tensor>? weights)
    {
        weights = null;
        if (start.Misfit is not null)
        {
            return start.Misfit;
        }

        if (PretrainedWeights.TryFind(start.Name) is null)
        {
            return $"its pretrained file is not in the cache; `superres weights fetch {start.Name}` gets it";
        }

        weights = PretrainedWeights.Load(start.Name);
        int[] there = ResNet.BlocksIn(weights.Keys);
        if (start.Blocks is not { } blocks || there.Take(blocks.Count).SequenceEqual(blocks))
        {
            return null;
        }

        Dispose(weights);
        return $"those that are there have stages of {string.Join(", ", there)} blocks, and model.blocks asks for "
            + $"{string.Join(", ", blocks)}; give it the same";
    }

    private static void Dispose(IReadOnlyDictionary<string, Tensor> weights)
    {
        foreach (Tensor weight in weights.Values)
        {
            weight.Dispose();
        }
    }
}
