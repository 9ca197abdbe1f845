using SuperRes.Lab.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Metrics;

/// <summary>Batches of the training loop as the metrics see them.</summary>
internal static class BatchImages
{
    private static readonly Scalar _byte = 255;

    /// <summary>N×C×H×W in 0–1 → the same shape as whole numbers 0–255 in float64.</summary>
    public static Tensor To8Bit(Tensor images) => (images.to(float64).clamp(Scalars.Zero, Scalars.One) * _byte).round();

    public static void Check(Tensor prediction, Tensor target)
    {
        if (prediction.dim() != 4 || prediction.shape[1] != 3 || !prediction.shape.SequenceEqual(target.shape))
        {
            throw new ArgumentException(
                $"Two batches N×3×H×W can be compared; these are {string.Join('×', prediction.shape)} and "
                    + $"{string.Join('×', target.shape)}.",
                nameof(prediction));
        }
    }

    /// <summary>One picture of a batch.</summary>
    public static RgbImage Picture(Tensor images, long index)
    {
        using Tensor one = images.narrow(0, index, 1).detach().to(float32).cpu();
        return RgbImage.FromTensor(one);
    }
}
