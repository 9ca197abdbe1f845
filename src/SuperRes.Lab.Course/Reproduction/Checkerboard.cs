using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Course;

/// <summary>How much of a checkerboard a network draws where there is nothing to draw (Odena et al. 2016).</summary>
public static class Checkerboard
{
    private const int Side = 64, Border = 16;

    /// <summary>
    /// Gives a network pictures of one colour and measures how far the means of the four positions within 2×2 pixels lie apart, away from
    /// the border.
    /// </summary>
    /// <param name="network">From N×3×H×W, ImageNet-normalised, to the same.</param>
    /// <returns>The root mean square over 27 colours, channels and positions, in levels of 255; 0 for none.</returns>
    public static double Measure(Func<Tensor, Tensor> network)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        float[] levels = [40 / 255f, 128 / 255f, 216 / 255f];
        float[] colours = [.. from r in levels from g in levels from b in levels from value in new[] { r, g, b } select value];
        Tensor flat = tensor(colours, [27, 3, 1, 1]).expand(27, 3, Side, Side).contiguous();
        Tensor result = ImageNet.Denormalize(network(ImageNet.Normalize(flat)).to(float32));
        Tensor inner = result.narrow(2, Border, Side - (2 * Border)).narrow(3, Border, Side - (2 * Border));
        Tensor phases = nn.functional.pixel_unshuffle(inner, 2).mean([2, 3]).reshape(27 * 3, 4);
        return 255 * Math.Sqrt((phases - phases.mean([1], keepdim: true)).square().mean().item<float>());
    }
}
