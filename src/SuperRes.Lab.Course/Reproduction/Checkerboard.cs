using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Course;

/// <summary>How much of a checkerboard a method draws where there is nothing to draw (Odena et al. 2016).</summary>
public static class Checkerboard
{
    private const int Side = 32, Border = 16;

    /// <summary>
    /// Enlarges pictures of one colour and measures how far the means of the four positions within 2×2 pixels lie apart, away from the
    /// border.
    /// </summary>
    /// <param name="enlarge">From a picture to one of twice the size.</param>
    /// <returns>The root mean square over 27 colours, channels and positions, in levels of 255; 0 for none.</returns>
    public static double Measure(Func<RgbImage, RgbImage> enlarge)
    {
        byte[] levels = [40, 128, 216];
        double sum = 0;
        int count = 0;
        foreach (byte[] color in from r in levels from g in levels from b in levels select new[] { r, g, b })
        {
            var flat = new RgbImage(Side, Side, [.. Enumerable.Repeat(color, Side * Side).SelectMany(pixel => pixel)]);
            RgbImage result = enlarge(flat);
            for (int channel = 0; channel < 3; channel++)
            {
                double[] means = [.. Enumerable.Range(0, 4).Select(at => Mean(result, channel, at % 2, at / 2))];
                sum += means.Sum(mean => Math.Pow(mean - means.Average(), 2));
                count += means.Length;
            }
        }

        return Math.Sqrt(sum / count);
    }

    private static double Mean(RgbImage image, int channel, int x0, int y0)
    {
        double sum = 0;
        int count = 0;
        for (int y = Border + y0; y < image.Height - Border; y += 2)
        {
            for (int x = Border + x0; x < image.Width - Border; x += 2, count++)
            {
                sum += image.Pixels[(((y * image.Width) + x) * 3) + channel];
            }
        }

        return sum / count;
    }
}
