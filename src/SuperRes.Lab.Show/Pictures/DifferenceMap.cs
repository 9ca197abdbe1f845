using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>Where and how much two pictures differ.</summary>
public static class DifferenceMap
{
    /// <summary>The mean over R, G and B of the absolute difference.</summary>
    /// <param name="image">One picture.</param>
    /// <param name="reference">The other, of the same size.</param>
    /// <param name="caption">A line below; default none.</param>
    /// <param name="maximum">The difference of the last colour, in levels of 255; default: all but half a percent of the pixels lie below
    /// it.</param>
    /// <returns>A heat map from 0, in levels of 255.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static HeatMap Absolute(RgbImage image, RgbImage reference, string? caption = null, double? maximum = null)
    {
        float[] values = Compute(image, reference, Math.Abs);
        return new HeatMap(image.Width, image.Height, values, caption, ColorMap.Viridis, 0, maximum ?? HeatMap.NearlyAll(values), "/255");
    }

    /// <summary>The mean over R, G and B of the difference: vermilion where the picture is lighter than the reference, blue where
    /// darker.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="reference">What it is compared with, of the same size.</param>
    /// <param name="caption">A line below; default none.</param>
    /// <param name="maximum">The difference of the last colour, in levels of 255, and its negative of the first; default as for
    /// <see cref="Absolute"/>.</param>
    /// <returns>A heat map around 0, in levels of 255.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static HeatMap Signed(RgbImage image, RgbImage reference, string? caption = null, double? maximum = null)
    {
        float[] values = Compute(image, reference, v => v);
        double end = maximum ?? HeatMap.NearlyAll(values);
        return new HeatMap(image.Width, image.Height, values, caption, ColorMap.Diverging, -end, end, "/255");
    }

    private static float[] Compute(RgbImage image, RgbImage reference, Func<int, int> measure)
    {
        if (image.Width != reference.Width || image.Height != reference.Height)
        {
            throw new ArgumentException($"The pictures differ in size: {image.Width}×{image.Height} and "
                + $"{reference.Width}×{reference.Height}.", nameof(reference));
        }

        float[] values = new float[image.Width * image.Height];
        for (int i = 0; i < values.Length; i++)
        {
            int sum = 0;
            for (int c = 0; c < 3; c++)
            {
                sum += measure(image.Pixels[(i * 3) + c] - reference.Pixels[(i * 3) + c]);
            }

            values[i] = sum / 3f;
        }

        return values;
    }
}
