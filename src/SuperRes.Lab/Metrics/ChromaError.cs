using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Metrics;

/// <summary>
/// How far colours are off, whatever the lightness: the mean over pixels of √((a₁ − a₂)² + (b₁ − b₂)²) in CIELAB. A grey picture's error
/// is the mean chroma of the true one, so a colourisation is worth something where it stays below that.
/// </summary>
public static class ChromaError
{
    /// <summary>The error of a picture.</summary>
    /// <param name="prediction">The picture under test.</param>
    /// <param name="target">The true picture, of the same size.</param>
    /// <returns>0 for equal colours; about 100 between pure red and grey.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double Of(RgbImage prediction, RgbImage target)
    {
        ImagePlane.CheckPair(prediction, target, shave: 0);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor difference = ColorSpace.RgbToLab(prediction.ToTensor()) - ColorSpace.RgbToLab(target.ToTensor());
        return difference.narrow(1, 1, 2).Squared().sum(1).sqrt().to(ScalarType.Float64).mean().item<double>();
    }
}
