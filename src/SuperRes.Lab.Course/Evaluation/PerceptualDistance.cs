using SuperRes.Lab.Imaging;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Course;

/// <summary>
/// How different two pictures look to a network: LPIPS where its weights are there, otherwise the distance of the normalised features of
/// the
/// ResNet-18 that comes with the build, which is what LPIPS is without its learned weights.
/// </summary>
public sealed class PerceptualDistance : IDisposable
{
    private readonly Lpips? _lpips;
    private readonly FeatureLoss? _features;

    private PerceptualDistance(Lpips? lpips, FeatureLoss? features) => (_lpips, _features) = (lpips, features);

    /// <summary>What tables call it: "LPIPS-alex", or "feature distance".</summary>
    public string Name => _lpips is null ? "feature distance" : $"LPIPS-{_lpips.Network}";

    /// <summary>The best one whose weights are there.</summary>
    /// <returns>The distance; the caller disposes it.</returns>
    public static PerceptualDistance Load() => Lpips.IsAvailable()
        ? new(Lpips.Load(), null)
        : new(null, new FeatureLoss(new FeatureLossOptions { Network = "resnet18", Normalized = true, PixelWeight = 0, GramFactor = 0 }));

    /// <summary>Compares two pictures.</summary>
    /// <param name="picture">The picture under test.</param>
    /// <param name="target">The true picture, of the same size.</param>
    /// <returns>0 for equal pictures; less is nearer.</returns>
    public double Of(RgbImage picture, RgbImage target) => _lpips?.Distance(picture, target) ?? _features!.TermsOf(picture, target).Sum();

    /// <inheritdoc/>
    public void Dispose()
    {
        _lpips?.Dispose();
        _features?.Dispose();
    }
}
