using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>Models of several trainings as one.</summary>
public sealed partial class RestorationModel
{
    /// <summary>
    /// The mean of several models' weights. Where trainings of one network ended near each other, as stages that continue each other do,
    /// the mean is often a
    /// little better than each (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and Better Generalization").
    /// </summary>
    /// <param name="paths">Weights files, as <see cref="Load"/> reads them; at least two.</param>
    /// <returns>A model with the card of the first, without its metrics, which are not those of the mean.</returns>
    /// <exception cref="InputException">There are fewer than two, one can't be read, or they are of different networks, tasks or
    /// scales.</exception>
    public static RestorationModel Average(IReadOnlyList<string> paths)
    {
        if (paths.Count < 2)
        {
            throw new InputException($"A mean is of two models or more, and {paths.Count} are given.");
        }

        RestorationModel mean = Load(paths[0]);
        try
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable off = no_grad();
            (string Name, Tensor Value)[] sums = [.. StateDict.Entries(mean.Network).Where(entry => entry.Value.is_floating_point())];
            foreach (string path in paths.Skip(1))
            {
                using RestorationModel other = Load(path);
                string Kind(ModelCard card) => JsonSerializer.Serialize(card with { Recipe = null, Metrics = null }, OptionsJson.Compact);
                if (Kind(other.Card) != Kind(mean.Card))
                {
                    throw new InputException($"{path} and {paths[0]} are models of different networks, tasks or scales; give files of one "
                        + $"training.");
                }

                var values = StateDict.Entries(other.Network)
                    .ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
                foreach ((string name, Tensor sum) in sums)
                {
                    sum.add_(values[name], Scalars.One);
                }
            }

            using Scalar count = Scalars.Of(paths.Count);
            foreach ((_, Tensor sum) in sums)
            {
                sum.div_(count);
            }

            return new RestorationModel(mean.Network, mean.Card with { Metrics = null }, mean.Name);
        }
        catch
        {
            mean.Dispose();
            throw;
        }
    }
}
