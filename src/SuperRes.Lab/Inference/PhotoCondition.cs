using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Inference;

/// <summary>What compression and a sensor have left in a photo, measured on its pixels, so that a whole photo isn't smoothed.</summary>
/// <param name="Blocks">
/// How much larger steps between neighbours are on the borders of JPEG's 8×8 blocks than within them, as a ratio; about 1 without
/// compression.
/// </param>
/// <param name="Noise">Standard deviation of the noise where the picture is smoothest, on the scale 0–255.</param>
public sealed record PhotoCondition(double Blocks, double Noise)
{
    private const int Block = 8;
    private const double VisibleBlocks = 1.9, VisibleNoise = 6;

    /// <summary>Whether blocks or noise are strong enough to be seen.</summary>
    public bool NeedsCleaning => Blocks > VisibleBlocks || Noise > VisibleNoise;

    /// <summary>Measures a picture.</summary>
    /// <param name="picture">The picture; one of fewer than 16 pixels in a direction counts as whole.</param>
    /// <returns>Its condition.</returns>
    public static PhotoCondition Of(RgbImage picture)
    {
        if (Math.Min(picture.Width, picture.Height) < 2 * Block)
        {
            return new(1, 0);
        }

        float[] luma = new float[picture.Width * picture.Height];
        for (int i = 0; i < luma.Length; i++)
        {
            ReadOnlySpan<byte> pixel = picture.Pixels.AsSpan(3 * i, 3);
            luma[i] = (0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2]);
        }

        return new(BlocksOf(luma, picture.Width, picture.Height), NoiseOf(luma, picture.Width, picture.Height));
    }

    /// <summary>
    /// The steps across each of the eight columns, and rows, of the grid: the largest against the median one. A step counts by how far it
    /// departs from its neighbours' mean, so that edges of the picture, which fall on all columns alike, weigh less.
    /// </summary>
    private static double BlocksOf(float[] luma, int width, int height)
    {
        double across = Ratio(luma, width, height, 1, width), down = Ratio(luma, height, width, width, 1);
        return (across + down) / 2;
    }

    private static double Ratio(float[] luma, int length, int lines, int step, int lineStep)
    {
        Span<double> sums = stackalloc double[Block];
        Span<int> counts = stackalloc int[Block];
        for (int line = 0; line < lines; line++)
        {
            for (int i = 2; i < length - 1; i++)
            {
                int at = (line * lineStep) + (i * step);
                float before = luma[at - step] - luma[at - (2 * step)], here = luma[at] - luma[at - step];
                float after = luma[at + step] - luma[at];
                sums[i % Block] += Math.Min(8, Math.Abs(here - ((before + after) / 2)));
                counts[i % Block]++;
            }
        }

        for (int i = 0; i < Block; i++)
        {
            sums[i] = (sums[i] / counts[i]) + 0.05; // a flat picture has no steps at all
        }

        double largest = 0;
        foreach (double sum in sums)
        {
            largest = Math.Max(largest, sum);
        }

        sums.Sort();
        return largest / ((sums[3] + sums[4]) / 2);
    }

    /// <summary>The noise by the second differences of each 8×8 block (Immerkær 1996); the largest of the smoothest tenth.</summary>
    private static double NoiseOf(float[] luma, int width, int height)
    {
        var blocks = new List<double>();
        for (int top = 0; top + Block + 2 <= height; top += Block)
        {
            for (int left = 0; left + Block + 2 <= width; left += Block)
            {
                double sum = 0;
                for (int y = top + 1; y <= top + Block; y++)
                {
                    for (int x = left + 1; x <= left + Block; x++)
                    {
                        int at = (y * width) + x;
                        sum += Math.Abs((4 * luma[at]) + luma[at - width - 1] + luma[at - width + 1] + luma[at + width - 1]
                            + luma[at + width + 1] - (2 * (luma[at - 1] + luma[at + 1] + luma[at - width] + luma[at + width])));
                    }
                }

                blocks.Add(Math.Sqrt(Math.PI / 2) / 6 * sum / (Block * Block));
            }
        }

        blocks.Sort();
        return blocks.Count == 0 ? 0 : blocks[blocks.Count / 10];
    }
}
