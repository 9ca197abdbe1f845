using SuperRes.Lab.Features;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Metrics;

/// <summary>
/// Learned perceptual image patch similarity, version 0.1 with VGG-16 (Zhang, Isola, Efros, Shechtman, Wang 2018): features after the
/// ReLU before each max pool, scaled to unit length over channels, squared differences weighted by learned heads, mean over positions,
/// sum over the five layers. Less is more alike; 0 for equal pictures.
/// </summary>
/// <remarks>Needs two fetched files: the heads ("lpips_vgg", 7 kB) and torchvision's VGG-16 ("vgg16", 528 MB).</remarks>
public sealed class Lpips : IDisposable
{
    /// <summary>The smallest side that five layers need: 16 pixels.</summary>
    public const int SmallestSide = 16;

    private const string HeadsName = "lpips_vgg", NetworkName = "vgg16", FeaturesPrefix = "features.";
    private const double Epsilon = 1e-10;

    private readonly Vgg16Features _network;
    private readonly Tensor[] _heads;

    private Lpips(Vgg16Features network, Tensor[] heads) => (_network, _heads) = (network, heads);

    /// <summary>Whether both files are there.</summary>
    /// <param name="cacheFolder">Another folder than the cache's.</param>
    /// <returns>True where <see cref="Load"/> will find them.</returns>
    /// <exception cref="InputException">A file is there and is not the right one.</exception>
    public static bool IsAvailable(string? cacheFolder = null) => Missing(cacheFolder).Length == 0;

    /// <summary>Loads heads and network from the cache.</summary>
    /// <param name="cacheFolder">Another folder than the cache's.</param>
    /// <returns>The metric; the caller disposes it.</returns>
    /// <exception cref="InputException">A file is absent (the message says how to fetch it) or is not the right one.</exception>
    public static Lpips Load(string? cacheFolder = null)
    {
        string[] missing = Missing(cacheFolder);
        if (missing.Length > 0)
        {
            string paths = string.Join(" and ", missing.Select(name => PretrainedWeights.PathOf(name, cacheFolder)));
            throw new InputException($"LPIPS can't be measured, because its weights are not there ({paths}); leave --lpips out, or run {string.Join(" and ", missing.Select(name => $"'superres weights fetch {name}'"))}.");
        }

        using DisposeScope scope = NewDisposeScope();
        return FromWeights(PretrainedWeights.Load(NetworkName, cacheFolder), PretrainedWeights.Load(HeadsName, cacheFolder));
    }

    /// <summary>Distance of two pictures.</summary>
    /// <param name="prediction">The picture under test.</param>
    /// <param name="target">The true picture, of the same size, at least 16 pixels on each side.</param>
    /// <returns>0 for equal pictures, more otherwise.</returns>
    /// <exception cref="ArgumentException">The sizes differ or are too small.</exception>
    public double Distance(RgbImage prediction, RgbImage target)
    {
        using Tensor a = prediction.ToTensor(), b = target.ToTensor();
        return Distance(a, b)[0];
    }

    /// <summary>Distance of each image of a batch.</summary>
    /// <param name="prediction">N×3×H×W in 0–1, H and W at least 16.</param>
    /// <param name="target">N×3×H×W in 0–1.</param>
    /// <returns>N values.</returns>
    /// <exception cref="ArgumentException">The shapes differ, are not N×3×H×W, or are too small.</exception>
    public double[] Distance(Tensor prediction, Tensor target)
    {
        BatchImages.Check(prediction, target);
        if (Math.Min(target.shape[2], target.shape[3]) < SmallestSide)
        {
            throw new ArgumentException($"LPIPS needs {SmallestSide} pixels on each side; there are {target.shape[3]}×{target.shape[2]}.", nameof(target));
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

    /// <summary>Builds the metric of state dicts: "features.N.weight" and bias, and "linN.model.1.weight" 1×C×1×1.</summary>
    internal static Lpips FromWeights(IReadOnlyDictionary<string, Tensor> network, IReadOnlyDictionary<string, Tensor> heads)
    {
        using DisposeScope scope = NewDisposeScope();
        var vgg = new Vgg16Features(batchNorm: false);
        StateDict.Load(
            vgg,
            network.Where(w => w.Key.StartsWith(FeaturesPrefix, StringComparison.Ordinal)).ToDictionary(w => w.Key[FeaturesPrefix.Length..], w => w.Value, StringComparer.Ordinal),
            $"The weights {NetworkName}");
        var own = new Tensor[vgg.BlockEnds.Count];
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = heads.TryGetValue($"lin{i}.model.1.weight", out Tensor? head)
                ? head.to(float32).reshape(1, -1, 1, 1).clone().DetachFromDisposeScope()
                : throw new InputException($"The weights {HeadsName} have no tensor lin{i}.model.1.weight; fetch them again.");
        }

        foreach (Tensor value in StateDict.Entries(vgg).Select(e => e.Value))
        {
            value.DetachFromDisposeScope();
        }

        return new(vgg, own);
    }

    private static string[] Missing(string? cacheFolder)
        => [.. new[] { HeadsName, NetworkName }.Where(name => PretrainedWeights.TryFind(name, cacheFolder) is null)];

    private IReadOnlyList<Tensor> Features(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        // The authors' shift and scale of images in −1…1 are ImageNet's mean and deviation.
        IReadOnlyList<Tensor> features = _network.Features(ImageNet.Normalize(images.to(float32)), _network.BlockEnds);
        foreach (Tensor feature in features)
        {
            feature.MoveToOuterDisposeScope();
        }

        return features;
    }

    private static Tensor UnitLength(Tensor features) => features / (features.Squared().sum(1, keepdim: true).sqrt() + Epsilon);
}
