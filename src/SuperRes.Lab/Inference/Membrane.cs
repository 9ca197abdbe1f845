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
    // The exported graph (SuperRes.Lab.Onnx) fills with the same numbers. The first three were chosen on twelve photos of BSDS500, which
    // trained no shipped mask network.
    internal const float LeastChange = 20f / 255, Steepness = 1.5f;
    internal const int Window = 5;
    internal const int Rounds = 16, SmallestSide = 2;
    internal const double Tiny = 1e-6;
    internal const float LeastPower = 1e-10f; // the product of two variances of about a level of 255: less is rounding, not detail

    /// <summary>
    /// What a network made of a picture, with the pixels that it changed by more than 20 of 255 filled from around where the marks hide
    /// what lies under them. Where the input's own detail is still in the network's picture, the mark is one to see through, such as a
    /// watermark or a crease, and the network's picture is nearer to the truth.
    /// </summary>
    /// <param name="input">N×3×H×W in 0–1.</param>
    /// <param name="output">The network's result, which is returned where nothing was changed so much, and disposed otherwise.</param>
    /// <returns>N×3×H×W.</returns>
    public static Tensor OverMarks(Tensor input, Tensor output)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        using Scalar least = Scalars.Of(LeastChange);
        Tensor changed = output.sub(input).abs().amax([1], keepdim: true).gt(least);
        if (!changed.any().item<bool>())
        {
            return output;
        }

        using (output)
        {
            Tensor share = Hidden(input, output, changed);
            return output.add(Fill(output, changed).sub_(output).mul_(share), Scalars.One).MoveToOuterDisposeScope();
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

    /// <summary>
    /// How little of the input's detail is in the output, 0 to 1: from the correlation of the two in the changed pixels of 5×5, each less
    /// its mean there, over the three channels.
    /// </summary>
    private static Tensor Hidden(Tensor input, Tensor output, Tensor changed)
    {
        using DisposeScope scope = NewDisposeScope();
        using Scalar tiny = Scalars.Of(Tiny), power = Scalars.Of(LeastPower), minus = Scalars.Of(-Steepness), start = Scalars.Of(Steepness);
        Tensor marks = changed.to(input.dtype), count = Mean(marks).clamp_min(tiny);
        Tensor before = Detail(input), after = Detail(output);
        Tensor powers = Common(before, before).mul_(Common(after, after)).clamp_min_(power).sqrt_();
        return Common(before, after).div_(powers).mul_(minus).add_(start, Scalars.One).clamp_(Scalars.Zero, Scalars.One)
            .MoveToOuterDisposeScope();

        // What is between is freed at once: a tile has up to 1.5 million pixels.
        Tensor Detail(Tensor picture)
        {
            using Tensor marked = picture.mul(marks), mean = Mean(marked);
            return picture.sub(mean.div_(count));
        }

        Tensor Common(Tensor a, Tensor b)
        {
            using Tensor product = a.mul(b), sum = product.sum(1, keepdim: true);
            return Mean(sum.mul_(marks));
        }

        static Tensor Mean(Tensor planes) => nn.functional.avg_pool2d(planes, Window, 1, Window / 2);
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
