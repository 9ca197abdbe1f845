using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>How steeply a picture's brightness changes: its edges.</summary>
public static class GradientMap
{
    /// <summary>The length of the brightness gradient by Sobel's operator, borders replicated.</summary>
    /// <param name="image">The picture; brightness is 0.299 R + 0.587 G + 0.114 B.</param>
    /// <param name="caption">A line below; default none.</param>
    /// <param name="maximum">The gradient of the last colour, in levels of 255 per pixel; default: all but half a percent of the pixels lie
    /// below it.</param>
    /// <returns>A heat map from 0, in levels of 255 per pixel.</returns>
    public static HeatMap Of(RgbImage image, string? caption = null, double? maximum = null)
    {
        (int width, int height) = (image.Width, image.Height);
        float[] light = new float[width * height];
        for (int i = 0; i < light.Length; i++)
        {
            light[i] = (0.299f * image.Pixels[i * 3]) + (0.587f * image.Pixels[(i * 3) + 1]) + (0.114f * image.Pixels[(i * 3) + 2]);
        }

        float At(int x, int y) => light[(Math.Clamp(y, 0, height - 1) * width) + Math.Clamp(x, 0, width - 1)];
        float[] values = new float[light.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                float across = At(x + 1, y - 1) + (2 * At(x + 1, y))
                    + At(x + 1, y + 1) - At(x - 1, y - 1) - (2 * At(x - 1, y)) - At(x - 1, y + 1);
                float down = At(x - 1, y + 1) + (2 * At(x, y + 1))
                    + At(x + 1, y + 1) - At(x - 1, y - 1) - (2 * At(x, y - 1)) - At(x + 1, y - 1);

                // The operator's weights add up to 8 per level of difference between neighbours.
                values[(y * width) + x] = MathF.Sqrt((across * across) + (down * down)) / 8;
            }
        }

        return new HeatMap(width, height, values, caption, ColorMap.Viridis, 0, maximum ?? HeatMap.NearlyAll(values), "/255 per px");
    }
}
