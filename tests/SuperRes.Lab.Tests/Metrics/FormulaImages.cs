using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Metrics;

/// <summary>The deterministic pictures of golden/metrics.json.</summary>
internal static class FormulaImages
{
    public static RgbImage A(int width, int height)
        => Make(width, height, (h, w, c) => Math.Floor(
            127.5 + (100 * Math.Sin((0.31 * h) + (0.17 * w) + c)) + (25 * Math.Sin((0.07 * h * w) + (2 * c)))));

    public static RgbImage B(int width, int height, double amplitude)
    {
        RgbImage a = A(width, height);
        return Make(width, height, (h, w, c) => Math.Floor(
            a.Pixels[(((h * width) + w) * 3) + c] + (amplitude * Math.Sin((1.3 * h) + (2.1 * w) + (0.5 * c))) + 0.5));
    }

    public static RgbImage Make(int width, int height, Func<int, int, int, double> value)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)Math.Clamp(value(i / 3 / width, i / 3 % width, i % 3), 0, 255);
        }

        return image;
    }

    public static RgbImage Flat(int width, int height, byte value) => Make(width, height, (_, _, _) => value);
}
