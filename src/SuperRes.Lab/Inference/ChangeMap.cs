using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>
/// Shows where a model changed a picture and how much, so that detail it invented can be distinguished from detail that was there: the
/// largest difference of the three channels to the plain enlargement, from black (none) over violet and orange to light yellow.
/// </summary>
public static class ChangeMap
{
    /// <summary>The difference, in levels of 255, that is shown as light yellow; the same for every map, so that maps can be
    /// compared.</summary>
    public const int FullScale = 64;

    // Black, indigo, magenta, orange, light yellow: lightness rises evenly, so that the map also reads in grey.
    private static readonly (byte R, byte G, byte B)[] _stops = [(0, 0, 4), (81, 18, 124), (183, 55, 121), (252, 137, 97), (252, 253, 191)];
    private static readonly byte[] _palette = MakePalette();

    /// <summary>Draws the map.</summary>
    /// <param name="input">The picture that went in.</param>
    /// <param name="output">What the model made of it, of the same or a larger size.</param>
    /// <param name="filter">How the input is enlarged for the comparison. Default: bicubic.</param>
    /// <returns>A picture of the output's size.</returns>
    public static RgbImage Between(RgbImage input, RgbImage output, ResampleFilter filter = ResampleFilter.Bicubic)
    {
        RgbImage plain = input.Width == output.Width && input.Height == output.Height
            ? input
            : Enlarged(input, output.Width, output.Height, filter);
        var map = new RgbImage(output.Width, output.Height);
        for (int i = 0; i < map.Pixels.Length; i += 3)
        {
            int difference = Math.Max(Difference(i), Math.Max(Difference(i + 1), Difference(i + 2)));
            _palette.AsSpan(Math.Min(difference, FullScale) * 3, 3).CopyTo(map.Pixels.AsSpan(i));
        }

        return map;

        int Difference(int at) => Math.Abs(output.Pixels[at] - plain.Pixels[at]);
    }

    /// <summary>What the network was given: enlarged in floating point, which rounds once at the end.</summary>
    private static RgbImage Enlarged(RgbImage input, int width, int height, ResampleFilter filter)
    {
        using Tensor small = input.ToTensor(), large = Resampler.Resize(small, height, width, filter);
        return RgbImage.FromTensor(large);
    }

    private static byte[] MakePalette()
    {
        var palette = new byte[(FullScale + 1) * 3];
        for (int level = 0; level <= FullScale; level++)
        {
            double position = (double)level / FullScale * (_stops.Length - 1);
            int below = Math.Min((int)position, _stops.Length - 2);
            double part = position - below;
            ((byte R, byte G, byte B) a, (byte R, byte G, byte B) b) = (_stops[below], _stops[below + 1]);
            palette[level * 3] = Mix(a.R, b.R, part);
            palette[(level * 3) + 1] = Mix(a.G, b.G, part);
            palette[(level * 3) + 2] = Mix(a.B, b.B, part);
        }

        return palette;
    }

    private static byte Mix(byte a, byte b, double part) => (byte)Math.Round(a + ((b - a) * part));
}
