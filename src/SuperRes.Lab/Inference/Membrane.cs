using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>
/// Fills pixels from what lies around them, as a membrane spans a frame: coarse to fine, each pixel becomes the mean of its four
/// neighbours. On holes, scratches and letters it comes nearer to the truth than our networks' own colours do, and than Telea's
/// inpainting; docs/results.md has the figures. (After Gortler et al., "The Lumigraph", 1996: pull and push.)
/// </summary>
internal static class Membrane
{
    // Chosen on held-out photos: smaller lets folds, under which a photo can still be seen, lose what the network recovers there.
    internal const float LeastChange = 32f / 255;

    // The exported graph (SuperRes.Lab.Onnx) fills with the same numbers.
    internal const int Rounds = 16, SmallestSide = 2;
    internal const double Tiny = 1e-6;

    /// <summary>What a network made of a picture, with every pixel that it changed by more than 32 of 255 filled from around.</summary>
    /// <param name="input">N×3×H×W in 0–1.</param>
    /// <param name="output">The network's result, which is disposed.</param>
    /// <returns>N×3×H×W.</returns>
    public static Tensor OverMarks(Tensor input, Tensor output)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        using Scalar least = Scalars.Of(LeastChange);
        using (output)
        {
            return Fill(output, output.sub(input).abs().amax([1], keepdim: true).gt(least)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Fills pixels; those that are not missing stay as they are.</summary>
    /// <param name="picture">N×3×H×W; what missing pixels hold doesn't matter, if it is a number.</param>
    /// <param name="missing">N×1×H×W, true where a pixel is missing.</param>
    /// <returns>N×3×H×W, a new tensor.</returns>
    public static Tensor Fill(Tensor picture, Tensor missing)
    {
        if (!missing.any().item<bool>())
        {
            return picture.clone();
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        (long height, long width) = (picture.shape[2], picture.shape[3]);
        Tensor known = missing.logical_not().to(picture.dtype);
        Tensor filled = where(missing, Coarse(picture.mul(known), known, height, width), picture);
        for (int round = 0; round < Rounds; round++)
        {
            using Tensor last = filled;
            filled = where(missing, NeighboursMean(last), last);
        }

        return filled.MoveToOuterDisposeScope();
    }

    /// <summary>The picture at half its size, filled, and enlarged again; the mean where it is too small for that.</summary>
    private static Tensor Coarse(Tensor weighted, Tensor known, long height, long width)
    {
        using DisposeScope scope = NewDisposeScope();
        using Scalar tiny = Scalars.Of(Tiny);
        if (Math.Min(height, width) <= SmallestSide)
        {
            return weighted.sum([2, 3], keepdim: true).div(known.sum([2, 3], keepdim: true).clamp_min(tiny)).MoveToOuterDisposeScope();
        }

        long[] padding = [0, width % 2, 0, height % 2];
        Tensor share = nn.functional.avg_pool2d(nn.functional.pad(known, padding), 2);
        Tensor small = nn.functional.avg_pool2d(nn.functional.pad(weighted, padding), 2).div(share.clamp_min(tiny));
        Tensor large = nn.functional.interpolate(
            Fill(small, share.eq(Scalars.Zero)), scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false);
        return large.narrow(2, 0, height).narrow(3, 0, width).MoveToOuterDisposeScope();
    }

    /// <summary>The mean of the four neighbours; outside, a picture goes on as it ends.</summary>
    private static Tensor NeighboursMean(Tensor picture)
    {
        (long height, long width) = (picture.shape[2], picture.shape[3]);
        using Scalar quarter = Scalars.Of(0.25);
        using Tensor around = nn.functional.pad(picture, [1, 1, 1, 1], PaddingModes.Replicate);
        using Tensor rows = around.narrow(3, 1, width), columns = around.narrow(2, 1, height);
        using Tensor above = rows.narrow(2, 0, height), below = rows.narrow(2, 2, height), left = columns.narrow(3, 0, width),
            right = columns.narrow(3, 2, width);
        return above.add(below, Scalars.One).add_(left, Scalars.One).add_(right, Scalars.One).mul_(quarter);
    }
}
