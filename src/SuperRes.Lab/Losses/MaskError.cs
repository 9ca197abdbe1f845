using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Losses;

/// <summary>How wrong a network's mask is: the binary cross entropy with the pixels that a degradation changed.</summary>
public static class MaskError
{
    // Compression beside a mark changes a pixel by a few levels of 255, and a mark that faint isn't seen.
    private static readonly Scalar _changed = Scalars.Of(6.0 / 255);

    /// <summary>Measures.</summary>
    /// <param name="logits">N×1×H×W, a network's answer; null gives null.</param>
    /// <param name="input">What the network saw, N×3×H×W in 0–1.</param>
    /// <param name="target">What it should give back, in the same shape and range.</param>
    /// <returns>The mean over pixels, a scalar with its graph, for the caller to dispose.</returns>
    public static Tensor? Of(Tensor? logits, Tensor input, Tensor target)
    {
        if (logits is null)
        {
            return null;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor masked = (input - target).abs().amax([1], keepdim: true).gt(_changed).to(logits.dtype).to(logits.device);
        return nn.functional.binary_cross_entropy_with_logits(logits, masked).MoveToOuterDisposeScope();
    }
}
