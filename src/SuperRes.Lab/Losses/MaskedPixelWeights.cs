using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Losses;

/// <summary>
/// Weights for <see cref="FeatureLoss.Compute"/> that set masked pixels, which a degradation such as holes or text covers, apart from the
/// others: where they count less, a network that fills holes is more careful with what lies beside them.
/// </summary>
public static class MaskedPixelWeights
{
    /// <summary>How much a pixel differs that counts as masked, in one channel at least, in 0–1.</summary>
    private static readonly Scalar _maskedDifference = Scalars.Of(0.25);

    /// <summary>Weighs the pixels of a batch.</summary>
    /// <param name="input">What the network sees, N×3×H×W in 0–1.</param>
    /// <param name="target">What it should give back, in the same shape and range.</param>
    /// <param name="maskedWeight">How much a masked pixel counts, 0 to 1; an unmasked one counts 1.</param>
    /// <returns>N×1×H×W, for the caller to dispose; null where all pixels count alike.</returns>
    public static Tensor? Of(Tensor input, Tensor target, double maskedWeight)
    {
        if (maskedWeight == 1)
        {
            return null;
        }

        using DisposeScope scope = NewDisposeScope();
        using Scalar masked = Scalars.Of(maskedWeight);
        Tensor isMasked = (input - target).abs().amax([1], keepdim: true).gt(_maskedDifference);
        return ones_like(isMasked, dtype: ScalarType.Float32).masked_fill(isMasked, masked).MoveToOuterDisposeScope();
    }
}
