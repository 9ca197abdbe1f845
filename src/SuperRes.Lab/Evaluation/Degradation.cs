using System.Globalization;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Evaluation;

/// <summary>Damage done to undamaged images, so that a restoration can be measured against them.</summary>
/// <param name="Name">What protocols and tables call it, such as "jpeg quality 10".</param>
/// <param name="Apply">Image, its index in the set → the damaged image of the same size; the same for the same index.</param>
public sealed record Degradation(string Name, Func<RgbImage, int, RgbImage> Apply)
{
    /// <summary>JPEG compression with chroma halved in both directions.</summary>
    /// <param name="quality">1–100.</param>
    /// <returns>The degradation.</returns>
    public static Degradation Jpeg(int quality)
    {
        if (quality is < 1 or > 100)
        {
            throw new InputException($"A JPEG quality is 1 to 100; {quality} was given.");
        }

        return new($"jpeg quality {quality}", (image, _) => ImageCodec.Decode(ImageCodec.EncodeJpeg(image, quality), "a JPEG made here"));
    }

    /// <summary>Additive Gaussian noise, rounded to 8 bits.</summary>
    /// <param name="sigma">Standard deviation on the scale 0–255.</param>
    /// <param name="seed">Seed of the noise. Default: 0.</param>
    /// <returns>The degradation.</returns>
    public static Degradation Noise(double sigma, long seed = 0)
    {
        if (!(sigma >= 0))
        {
            throw new InputException($"A noise's standard deviation is 0 or more; {sigma} was given.");
        }

        return new($"noise sigma {sigma.ToString(CultureInfo.InvariantCulture)}", (image, index) =>
        {
            var random = new RandomStream(seed, "evaluation noise", index);
            RgbImage noisy = image.Clone();
            for (int i = 0; i < noisy.Pixels.Length; i++)
            {
                noisy.Pixels[i] = (byte)Math.Clamp(Math.Round(noisy.Pixels[i] + (sigma * random.NextGaussian())), 0, 255);
            }

            return noisy;
        });
    }
}
