using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// The memory layout in which the values of a pixel's channels lie side by side (N×H×W×C in memory, N×C×H×W in shape). Convolutions on the
/// processor are
/// fastest in it, and right: in the other layout oneDNN 3.7.1 (libtorch 2.10) repacks pictures into blocks of 16 channels and, on some
/// processors (seen on
/// AMD Zen 5), leaves garbage in the part of a block that no channel fills.
/// </summary>
public static class ChannelsLast
{
    /// <summary>A batch in this layout: itself where it has it already.</summary>
    /// <param name="images">N×C×H×W.</param>
    /// <returns>The same values, N×C×H×W.</returns>
    public static Tensor Of(Tensor images)
    {
        if (images.dim() != 4 || (images.stride(1) == 1 && images.stride(3) == images.shape[1]))
        {
            return images.alias();
        }

        using DisposeScope scope = NewDisposeScope();
        return images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Whether a network should change to this layout: in bfloat16, and where no gradient is wanted. A float32 training keeps its order,
    /// and with it the
    /// rounding that it is held against fastai with.
    /// </summary>
    internal static bool Pays(Tensor images) => images.dtype == ScalarType.BFloat16 || !is_grad_enabled();

    /// <summary>Zeros in this layout.</summary>
    internal static Tensor Zeros(Tensor like, int channels) =>
        zeros([like.shape[0], like.shape[2], like.shape[3], channels], like.dtype, like.device).permute(0, 3, 1, 2);

    /// <summary>How many channels of zeros make a count of channels a multiple of 16, which vector registers hold.</summary>
    internal static int Padding(int channels) => (16 - (channels % 16)) % 16;
}
