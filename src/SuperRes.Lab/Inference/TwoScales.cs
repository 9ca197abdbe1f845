using SuperRes.Lab.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>
/// A mask network's look at a small picture as it is and five quarters as large, of which the mean is taken: what is a thin scratch or
/// a hole too wide at one size need not be at the other, and what is taken for a mark in error rarely is at both.
/// </summary>
internal static class TwoScales
{
    /// <summary>Larger pictures get one look: their marks are large, and a second look costs 1.6 times the first.</summary>
    public const long MostPixels = 1 << 20;

    // The factor was chosen among 1.25, 1.5 and 2 on the twelve photos of Membrane.
    private const int Larger = 5;

    /// <summary>Of what a tile's start must be a multiple, so that it is one of a pixel of the enlarged picture, too.</summary>
    public const int Multiple = 4;

    /// <summary>The mean of a network's two results.</summary>
    /// <param name="input">1×3×H×W in 0–1.</param>
    /// <param name="predict">The network; its result has the input's size.</param>
    /// <param name="isPicture">Whether the result is the input, changed: its own detail need not be enlarged and reduced then.</param>
    /// <returns>1×C×H×W, C the channels of the result; not clamped.</returns>
    public static Tensor Mean(Tensor input, Func<Tensor, Tensor> predict, bool isPicture)
    {
        using DisposeScope scope = NewDisposeScope();
        using Scalar half = Scalars.Of(0.5);
        Tensor second = ScaledView.Of(input, predict, Multiple, Larger, ResampleFilter.Bicubic, isPicture);
        Tensor first = predict(input), sum = first.add(second, Scalars.One);
        return (isPicture ? sum.add_(input, Scalars.One) : sum).mul_(half).MoveToOuterDisposeScope();
    }
}
