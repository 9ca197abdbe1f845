using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>The normalisation that ImageNet-trained networks expect: (x - mean) / standard deviation per channel.</summary>
public static class ImageNet
{
    /// <summary>Mean of R, G, B in 0–1.</summary>
    public static IReadOnlyList<double> Mean { get; } = [0.485, 0.456, 0.406];

    /// <summary>Standard deviation of R, G, B in 0–1.</summary>
    public static IReadOnlyList<double> Std { get; } = [0.229, 0.224, 0.225];

    /// <summary>How many classes its classifiers know.</summary>
    internal const int Classes = 1000;

    /// <summary>Normalises.</summary>
    /// <param name="images">N×3×H×W in 0–1.</param>
    /// <returns>N×3×H×W, about -2.1 to 2.6.</returns>
    public static Tensor Normalize(Tensor images)
    {
        using var scope = NewDisposeScope();
        return (images - Channels(Mean, images)).div_(Channels(Std, images)).MoveToOuterDisposeScope();
    }

    /// <summary>Undoes <see cref="Normalize"/>.</summary>
    /// <param name="images">N×3×H×W, normalised.</param>
    /// <returns>N×3×H×W in 0–1, not clamped.</returns>
    public static Tensor Denormalize(Tensor images)
    {
        using var scope = NewDisposeScope();
        return (images * Channels(Std, images)).add_(Channels(Mean, images), Scalars.One).MoveToOuterDisposeScope();
    }

    private static Tensor Channels(IReadOnlyList<double> values, Tensor like) =>
        tensor(values.Select(value => (float)value).ToArray(), device: like.device).view(1, 3, 1, 1).to(like.dtype);
}
