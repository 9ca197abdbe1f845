using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Imaging;

/// <summary>The two passes of a floating-point resize, as sums of shifted and weighted copies: one term for each tap of the kernel.</summary>
internal static class TensorResize
{
    public static Tensor Run(Tensor images, int height, int width, ResampleFilter filter)
    {
        Tensor across = images.shape[3] == width ? images : Axis(images, 3, width, filter);
        Tensor result = across.shape[2] == height ? across : Axis(across, 2, height, filter);
        return ReferenceEquals(result, images) ? images.clone() : result;
    }

    private static Tensor Axis(Tensor images, int axis, int to, ResampleFilter filter)
    {
        int from = (int)images.shape[axis];
        if (filter == ResampleFilter.Nearest)
        {
            long[] nearest = Array.ConvertAll(ResampleWeights.Nearest(from, to), i => (long)i);
            return images.index_select(axis, tensor(nearest, device: images.device));
        }

        ResampleWeights weights = ResampleWeights.For(from, to, filter);
        long[] shape = [1, 1, 1, 1];
        shape[axis] = to;
        Tensor? sum = null;
        for (int tap = 0; tap < weights.Taps; tap++)
        {
            using var scope = NewDisposeScope();
            var indices = new long[to];
            var values = new double[to];
            for (int i = 0; i < to; i++)
            {
                indices[i] = Math.Min(weights.First[i] + tap, from - 1);
                values[i] = tap < weights.Count[i] ? weights.Exact[(i * weights.Taps) + tap] : 0;
            }

            Tensor term = images.index_select(axis, tensor(indices, device: images.device)).to(float64)
                * tensor(values, device: images.device).reshape(shape);
            sum = sum is null ? term.MoveToOuterDisposeScope() : sum.add_(term);
        }

        return sum!.to(images.dtype);
    }
}
