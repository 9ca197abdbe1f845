using SuperRes.Lab.Features;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Metrics;

/// <summary>
/// Learned perceptual image patch similarity, version 0.1 (Zhang, Isola, Efros, Shechtman, Wang 2018): a network's features scaled to unit
/// length over channels,
/// squared differences weighted by learned heads, mean over positions, sum over the layers. Less is more alike; 0 for equal pictures.
/// </summary>
/// <remarks>
/// Each network needs two fetched files, its heads and torchvision's weights: alex, the field's usual one ("lpips_alex", 6 kB, and
/// "alexnet", 233 MB), squeeze
/// ("lpips_squeeze" and "squeezenet1_1", 5 MB) or vgg ("lpips_vgg" and "vgg16", 528 MB). Their distances can't be compared with each other.
/// </remarks>
public sealed class Lpips : IDisposable
{
    private const double Epsilon = 1e-10;

    private readonly LpipsKind _kind;
    private readonly FeatureNetwork _network;
    private readonly Tensor[] _heads;

    private Lpips(LpipsKind kind, FeatureNetwork network, Tensor[] heads) => (_kind, _network, _heads) = (kind, network, heads);

    /// <summary>The network's name: alex, squeeze or vgg.</summary>
    public string Network => _kind.Name;

    /// <summary>The smallest side of a picture that its layers need, in pixels.</summary>
    public int SmallestSide => _kind.SmallestSide;

    /// <summary>The networks that LPIPS has heads for.</summary>
    public static IReadOnlyList<string> Networks { get; } = [.. LpipsKind.All.Select(kind => kind.Name)];

    /// <summary>Whether both files of a network are there.</summary>
    /// <param name="cacheFolder">Another folder than the cache's.</param>
    /// <param name="network">alex, squeeze or vgg; null for any.</param>
    /// <returns>True where <see cref="Load"/> will find them.</returns>
    /// <exception cref="InputException">A file is there and is not the right one, or there is no such network.</exception>
    public static bool IsAvailable(string? cacheFolder = null, string? network = null) =>
        Wanted(network).Any(kind => Missing(kind, cacheFolder).Length == 0);

    /// <summary>Loads heads and network from the cache.</summary>
    /// <param name="cacheFolder">Another folder than the cache's.</param>
    /// <param name="network">alex, squeeze or vgg; null for alex where it is there, else another that is.</param>
    /// <returns>The metric; the caller disposes it.</returns>
    /// <exception cref="InputException">A file is absent (the message says how to fetch it) or is not the right one, or there is no such
    /// network.</exception>
    public static Lpips Load(string? cacheFolder = null, string? network = null)
    {
        IReadOnlyList<LpipsKind> wanted = Wanted(network);
        LpipsKind kind = wanted.FirstOrDefault(kind => Missing(kind, cacheFolder).Length == 0) ?? wanted[0];
        string[] missing = Missing(kind, cacheFolder);
        if (missing.Length > 0)
        {
            string paths = string.Join(" and ", missing.Select(name => PretrainedWeights.PathOf(name, cacheFolder)));
            throw new InputException($"LPIPS ({kind.Name}) can't be measured, because its weights are not there ({paths}); leave --lpips "
                + $"out, or run {string.Join(" and ", missing.Select(name => $"'superres weights fetch {name}'"))}.");
        }

        using DisposeScope scope = NewDisposeScope();
        return FromWeights(kind, PretrainedWeights.Load(kind.Network.Name, cacheFolder), PretrainedWeights.Load(kind.Heads, cacheFolder));
    }

    /// <summary>Distance of two pictures.</summary>
    /// <param name="prediction">The picture under test.</param>
    /// <param name="target">The true picture, of the same size, at least <see cref="SmallestSide"/> pixels on each side.</param>
    /// <returns>0 for equal pictures, more otherwise.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    /// <exception cref="InputException">They are too small.</exception>
    public double Distance(RgbImage prediction, RgbImage target)
    {
        if (Math.Min(target.Width, target.Height) < SmallestSide)
        {
            throw new InputException($"LPIPS ({Network}) needs {SmallestSide} pixels on each side, and there is a picture of "
                + $"{target.Width}×{target.Height}; leave it out, or measure without --lpips.");
        }

        using Tensor a = prediction.ToTensor(), b = target.ToTensor();
        return Distance(a, b)[0];
    }

    /// <summary>Distance of each image of a batch.</summary>
    /// <param name="prediction">N×3×H×W in 0–1, H and W at least <see cref="SmallestSide"/>.</param>
    /// <param name="target">N×3×H×W in 0–1.</param>
    /// <returns>N values.</returns>
    /// <exception cref="ArgumentException">The shapes differ, are not N×3×H×W, or are too small.</exception>
    public double[] Distance(Tensor prediction, Tensor target)
    {
        BatchImages.Check(prediction, target);
        if (Math.Min(target.shape[2], target.shape[3]) < SmallestSide)
        {
            throw new ArgumentException($"LPIPS ({Network}) needs {SmallestSide} pixels on each side; there are "
                + $"{target.shape[3]}×{target.shape[2]}.", nameof(target));
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        IReadOnlyList<Tensor> a = Features(prediction), b = Features(target);
        Tensor sum = zeros(target.shape[0], float64);
        for (int layer = 0; layer < _heads.Length; layer++)
        {
            Tensor difference = (UnitLength(a[layer]) - UnitLength(b[layer])).Squared();
            sum.add_((difference * _heads[layer]).sum(1).mean([1, 2]).to(float64), Scalars.One);
        }

        return sum.data<double>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        foreach (Tensor head in _heads)
        {
            head.Dispose();
        }
    }

    /// <summary>Builds the metric of state dicts: the network's, and "linN.model.1.weight" 1×C×1×1.</summary>
    internal static Lpips FromWeights(
        LpipsKind kind, IReadOnlyDictionary<string, Tensor> network, IReadOnlyDictionary<string, Tensor> heads)
    {
        using DisposeScope scope = NewDisposeScope();
        var own = new Tensor[kind.Layers.Count];
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = heads.TryGetValue($"lin{i}.model.1.weight", out Tensor? head)
                ? head.to(float32).reshape(1, -1, 1, 1).clone()
                : throw new InputException($"The weights {kind.Heads} have no tensor lin{i}.model.1.weight; fetch them again.");
        }

        FeatureNetwork features = kind.Network.FromWeights!(network, $"The weights {kind.Network.Name}");
        foreach (Tensor value in StateDict.Entries(features).Select(e => e.Value).Concat(own))
        {
            value.DetachFromDisposeScope();
        }

        return new(kind, features, own);
    }

    private static IReadOnlyList<LpipsKind> Wanted(string? network) => network is null ? LpipsKind.All : [LpipsKind.Get(network)];

    private static string[] Missing(LpipsKind kind, string? cacheFolder)
        => [.. new[] { kind.Heads, kind.Network.Name }.Where(name => PretrainedWeights.TryFind(name, cacheFolder) is null)];

    private IReadOnlyList<Tensor> Features(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        // The authors' shift and scale of images in −1…1 are ImageNet's mean and deviation.
        IReadOnlyList<Tensor> features = _network.Features(ImageNet.Normalize(images.to(float32)), _kind.Layers);
        foreach (Tensor feature in features)
        {
            feature.MoveToOuterDisposeScope();
        }

        return features;
    }

    private static Tensor UnitLength(Tensor features) => features / (features.Squared().sum(1, keepdim: true).sqrt() + Epsilon);
}
