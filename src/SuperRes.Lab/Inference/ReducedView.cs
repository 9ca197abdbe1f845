using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>
/// A network's look at a large picture in small: its change is enlarged and added to the picture as it is. The factor is some eighths, so
/// that tiles can start where a pixel of the small picture does, and give what the whole gives.
/// </summary>
internal static class ReducedView
{
    private const int Parts = 8;

    // How far, in pixels of the small picture, reducing by an area's mean and enlarging bilinearly reach together.
    private const int Reach = 3;

    // The picture, its padded copy, the enlarged change and what resizing holds in between.
    private const int BytesPerPixel = 128;

    /// <summary>The network for a picture whose shorter side has a length: itself where that isn't longer than it likes to see.</summary>
    /// <param name="network">The network; its result has the picture's size.</param>
    /// <param name="side">The picture's shorter side.</param>
    /// <returns>The network; where it reduces, positions of tiles and its view are those of the large picture.</returns>
    public static UpscaleNetwork Of(UpscaleNetwork network, int side)
    {
        int eighths = (int)Math.Round((double)Parts * side / network.SeenSide);
        if (eighths <= Parts)
        {
            return network;
        }

        return network with
        {
            Predict = input => Changed(input, network.Predict, eighths),
            PredictWhole = null,
            SizeMultiple = network.SizeMultiple % Parts == 0 ? network.SizeMultiple / Parts * eighths : network.SizeMultiple * eighths,
            ReceptiveRadius = Enlarged(network.ReceptiveRadius),
            SeenRadius = network.SeenRadius is { } seen ? () => Enlarged(seen()) : null,
            WorkingBytesPerPixel = BytesPerPixel + (int)((long)network.WorkingBytesPerPixel * Parts * Parts / (eighths * eighths)),
        };

        int Enlarged(int radius) => (((radius + Reach) * eighths) + Parts - 1) / Parts;
    }

    private static Tensor Changed(Tensor input, Func<Tensor, Tensor> predict, int eighths)
    {
        using Tensor change = ScaledView.Of(input, predict, eighths, Parts, ResampleFilter.Bilinear, isPicture: true);
        return change.add(input, Scalars.One);
    }
}
