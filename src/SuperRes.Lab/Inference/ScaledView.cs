using SuperRes.Lab.Imaging;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SuperRes.Lab.Inference;

/// <summary>A network's look at a picture at another size, whose result is brought back to the picture's own.</summary>
internal static class ScaledView
{
    /// <summary>Resizes, runs the network, and resizes its result back.</summary>
    /// <param name="input">1×3×H×W in 0–1.</param>
    /// <param name="predict">The network; its result has the size of what it is given.</param>
    /// <param name="from">So many pixels of the picture ...</param>
    /// <param name="to">... become so many; tiles must start at multiples of <paramref name="from"/>.</param>
    /// <param name="filter">How it is resized, both ways.</param>
    /// <param name="isPicture">Whether the result is what the network sees, changed: then the change alone comes back, as the picture's own
    /// detail need not be resized.</param>
    /// <returns>1×C×H×W, C the channels of the result: the change, or the result; not clamped.</returns>
    public static Tensor Of(Tensor input, Func<Tensor, Tensor> predict, int from, int to, ResampleFilter filter, bool isPicture)
    {
        using DisposeScope scope = NewDisposeScope();
        (int height, int width) = ((int)input.shape[2], (int)input.shape[3]);
        (int tall, int wide) = (Full(height), Full(width));
        Tensor padded = F.pad(input, [0, wide - width, 0, tall - height], PaddingModes.Replicate);
        Tensor seen = Resampler.Resize(padded, tall / from * to, wide / from * to, filter).clamp(Scalars.Zero, Scalars.One);
        Tensor result = predict(seen);
        return Resampler.Resize(isPicture ? result.sub(seen) : result, tall, wide, filter)
            .narrow(2, 0, height).narrow(3, 0, width).MoveToOuterDisposeScope();

        int Full(int length) => (length + from - 1) / from * from;
    }
}
