namespace SuperRes.Lab.Degradations;

/// <summary>Brightness, contrast and gamma as one table of 256 values; brightness and contrast act on the logit, as fastai's do.</summary>
internal static class LightingTable
{
    private static readonly double[] Logits = [.. Enumerable.Range(0, 256).Select(i => Logit(Math.Clamp(i / 255.0, 1e-7, 1 - 1e-7)))];

    /// <summary>Draws the changes and applies them to the canvas.</summary>
    public static void Apply(LightingOptions options, Canvas canvas, RandomStream random)
    {
        double m = options.MaxLighting;
        bool brightness = random.Chance(options.Probability) && m > 0;
        double change = random.Uniform(0.5 * (1 - m), 0.5 * (1 + m));
        bool contrast = random.Chance(options.Probability) && m > 0;
        double scale = Math.Exp(random.Uniform(Math.Log(1 - m), -Math.Log(1 - m)));
        bool gamma = random.Chance(options.GammaProbability);
        double exponent = options.Gamma.SampleLog(random);
        bool saturation = random.Chance(options.SaturationProbability);
        double factor = options.Saturation.Sample(random);
        if (brightness || contrast || gamma)
        {
            Span<byte> table = stackalloc byte[256];
            Fill(table, brightness ? Logit(change) : 0, contrast ? scale : 1, gamma ? exponent : 1);
            foreach (ref uint pixel in canvas.Pixels)
            {
                uint r = table[(int)(pixel & 0xFF)], g = table[(int)((pixel >> 8) & 0xFF)], b = table[(int)((pixel >> 16) & 0xFF)];
                pixel = r | (g << 8) | (b << 16) | 0xFF000000;
            }
        }

        if (saturation)
        {
            Saturate(canvas.Pixels, (int)Math.Round(factor * 256));
        }
    }

    /// <summary>Every channel becomes the luma of BT.601.</summary>
    public static void Grey(Span<uint> pixels)
    {
        foreach (ref uint pixel in pixels)
        {
            pixel = (Luma(pixel) * 0x010101) | 0xFF000000;
        }
    }

    private static void Fill(Span<byte> table, double add, double scale, double exponent)
    {
        for (int i = 0; i < 256; i++)
        {
            double value = i / 255.0;
            if (add != 0 || scale != 1)
            {
                value = Sigmoid((Logits[i] + add) * scale);
            }

            if (exponent != 1)
            {
                value = Math.Pow(value, exponent);
            }

            table[i] = (byte)Math.Round(value * 255);
        }
    }

    private static void Saturate(Span<uint> pixels, int factor)
    {
        foreach (ref uint pixel in pixels)
        {
            int luma = (int)Luma(pixel);
            uint r = Channel((int)(pixel & 0xFF)), g = Channel((int)((pixel >> 8) & 0xFF)), b = Channel((int)((pixel >> 16) & 0xFF));
            pixel = r | (g << 8) | (b << 16) | 0xFF000000;

            uint Channel(int value) => (uint)Math.Clamp(luma + ((((value - luma) * factor) + 128) >> 8), 0, 255);
        }
    }

    // Pillow's convert("L") in 16-bit fixed point.
    private static uint Luma(uint pixel) =>
        (((pixel & 0xFF) * 19595) + (((pixel >> 8) & 0xFF) * 38470) + (((pixel >> 16) & 0xFF) * 7471) + 0x8000) >> 16;

    private static double Logit(double x) => Math.Log(x / (1 - x));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
