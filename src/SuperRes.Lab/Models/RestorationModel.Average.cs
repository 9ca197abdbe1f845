using System.Globalization;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>Models of several trainings as one.</summary>
public sealed partial class RestorationModel
{
    /// <summary>
    /// The mean of several models' weights. Where trainings of one network ended near each other, as stages that continue each other do,
    /// the mean is often a little better than each (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and Better
    /// Generalization"). With factors it is any mix of them: between a faithful model and the crisp one that began as it, all shades lie
    /// on the way from one's weights to the other's (Wang et al. 2018, "Deep Network Interpolation").
    /// </summary>
    /// <param name="paths">Weights files, as <see cref="Load"/> reads them; at least two.</param>
    /// <param name="factors">How much each counts, 1 in sum; one below 0 goes beyond the others, away from it. Default: all alike.</param>
    /// <returns>A model with the card of the first, without its metrics, which are not those of the mean.</returns>
    /// <exception cref="InputException">There are fewer than two, one can't be read, they are of different networks, tasks or scales, or
    /// the factors are not one for each with a sum of 1.</exception>
    public static RestorationModel Average(IReadOnlyList<string> paths, IReadOnlyList<double>? factors = null)
    {
        if (paths.Count < 2)
        {
            throw new InputException($"A mean is of two models or more, and {paths.Count} are given.");
        }

        RequireFactors(paths.Count, factors);
        double[] shares = [.. factors ?? Enumerable.Repeat(1.0, paths.Count)];
        RestorationModel mean = Load(paths[0]);
        try
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable off = no_grad();
            (string Name, Tensor Value)[] sums = [.. StateDict.Entries(mean.Network).Where(entry => entry.Value.is_floating_point())];
            using Scalar first = Scalars.Of(shares[0]);
            foreach ((_, Tensor sum) in sums)
            {
                sum.mul_(first);
            }

            foreach ((int i, string path) in paths.Index().Skip(1))
            {
                using RestorationModel other = Load(path);
                using Scalar factor = Scalars.Of(shares[i]);
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
                    sum.add_(values[name], factor);
                }
            }

            using Scalar divisor = Scalars.Of(shares.Sum());
            foreach ((_, Tensor sum) in sums)
            {
                sum.div_(divisor);
            }

            return new RestorationModel(mean.Network, mean.Card with { Metrics = null }, mean.Name);
        }
        catch
        {
            mean.Dispose();
            throw;
        }
    }

    private static void RequireFactors(int models, IReadOnlyList<double>? factors)
    {
        if (factors is null)
        {
            return;
        }

        if (factors.Count != models)
        {
            throw new InputException($"{models} models are given and {factors.Count} factors; give one for each model.");
        }

        double sum = factors.Sum();
        if (!(Math.Abs(sum - 1) <= 1e-6))
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"The factors' sum is {sum:0.######}; it must be 1."));
        }
    }
}
