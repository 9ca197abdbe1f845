using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Features;

/// <summary>The feature networks by name. A new one is a file with its class and its <see cref="FeatureNetworkKind"/>, given to
/// <see cref="Register"/>.</summary>
public static class FeatureNetworks
{
    /// <summary>The name that stands for the best network whose weights are there.</summary>
    public const string Auto = "auto";

    private static readonly string[] _preferred = ["vgg16_bn", "resnet18"];

    private static readonly Registry<FeatureNetworkKind> _kinds = new(
        "feature network",
        new[] { Vgg16Features.Kinds, ResNetFeatures.Kinds, [AlexNetFeatures.Kind, SqueezeNetFeatures.Kind] }.SelectMany(kinds => kinds)
            .Select(kind => (kind.Name, kind)));

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<FeatureNetworkKind> All => _kinds.Entries;

    /// <summary>Adds a feature network, which a loss can then name.</summary>
    /// <param name="kind">Its name, layers, defaults and how it is made.</param>
    /// <exception cref="ArgumentException">The name is empty, or one of the library's own.</exception>
    public static void Register(FeatureNetworkKind kind) => _kinds.Register(kind.Name, kind);

    /// <summary>Looks a name up.</summary>
    /// <param name="name">Such as "resnet18"; "auto" for vgg16_bn where its weights are in the cache, else resnet18.</param>
    /// <param name="where">What to name in the message.</param>
    /// <returns>The kind.</returns>
    /// <exception cref="InputException">There is none of that name; the message has them all.</exception>
    public static FeatureNetworkKind Get(string name, string where = "network")
    {
        string wanted = name == Auto ? _preferred.FirstOrDefault(preferred => PretrainedWeights.TryFind(preferred) is not null)
            ?? _preferred[^1] : name;
        return _kinds.TryGet(wanted, out FeatureNetworkKind? kind)
            ? kind
            : throw new InputException($"{where} is \"{name}\"; use {Auto} or one of {string.Join(", ", _kinds.Names)}.");
    }

    /// <summary>Makes a network with its pretrained or fixed weights.</summary>
    /// <param name="kind">Which.</param>
    /// <returns>The network, which the caller disposes; null where its weights are not there.</returns>
    /// <exception cref="InputException">A file of weights is there and is not the right one.</exception>
    public static FeatureNetwork? TryLoad(FeatureNetworkKind kind)
    {
        if (kind.FromWeights is null)
        {
            return kind.Create();
        }

        if (PretrainedWeights.TryFind(kind.Name) is not { } path)
        {
            return null;
        }

        IReadOnlyDictionary<string, Tensor> weights = StateDictFile.Read(path);
        try
        {
            return kind.FromWeights(weights, path);
        }
        finally
        {
            foreach (Tensor weight in weights.Values)
            {
                weight.Dispose();
            }
        }
    }

    /// <summary>Fills a network whose names are those of the state dict behind a prefix.</summary>
    internal static TNetwork Fill<TNetwork>(TNetwork network, IReadOnlyDictionary<string, Tensor> weights, string source, string prefix)
        where TNetwork : FeatureNetwork
    {
        try
        {
            var own = weights.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value, StringComparer.Ordinal);
            StateDict.Load(network, own, source);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
