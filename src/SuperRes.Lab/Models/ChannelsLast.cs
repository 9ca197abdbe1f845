using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// The order of pictures in memory that processors and GPUs convolve fastest: all channels of a pixel side by side. Shapes stay N×C×H×W; torch keeps
/// the order from layer to layer.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>Vector registers and matrix units take this many channels at a time.</summary>
    private const int Multiple = 16;

    /// <summary>A picture in that order.</summary>
    /// <param name="x">N×C×H×W.</param>
    /// <returns>The same values; without a copy where they lie so.</returns>
    public static Tensor Of(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Zeros in that order.</summary>
    public static Tensor Zeros(Tensor like, int channels) =>
        zeros([like.shape[0], like.shape[2], like.shape[3], channels], like.dtype, like.device).permute(0, 3, 1, 2);

    /// <summary>How many channels of zeros make a count of channels a multiple of what processors take at a time.</summary>
    public static int Padding(int channels) => (Multiple - (channels % Multiple)) % Multiple;
}
