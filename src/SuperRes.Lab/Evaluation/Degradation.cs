using System.Globalization;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Evaluation;

/// <summary>What degrades whole images, so that a restoration can be measured against them; drawn as the degradations of training
/// are.</summary>
/// <param name="Name">What protocols and tables call it, such as "jpeg quality 10".</param>
/// <param name="Apply">Image, its index in the set → the degraded image of the same size; the same for the same index.</param>
public sealed record Degradation(string Name, Func<RgbImage, int, RgbImage> Apply)
{
    // Holes and letters have the size that they have on training crops of this side, however large the image.
    private const int CropSide = 128;

    private static readonly DegradationOptions Nothing = new() { Downscale = new() { Probability = 0 }, Jpeg = new() { Probability = 0 } };

    /// <summary>Whether it masks some pixels and leaves the others as they are, so that the two are measured apart. Default:
    /// false.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Whether colour is taken away, so that the error of chroma is measured. Default: false.</summary>
    public bool TakesColor { get; init; }

    /// <summary>The degradations that this one is made of, in order; none where it is a single one.</summary>
    private IReadOnlyList<Degradation> Steps { get; init; } = [];

    /// <summary>JPEG compression with chroma halved in both directions.</summary>
    /// <param name="quality">1–100.</param>
    /// <returns>The degradation.</returns>
    public static Degradation Jpeg(int quality)
    {
        if (quality is < 1 or > 100)
        {
            throw new InputException($"A JPEG quality is 1 to 100; {quality} was given.");
        }

        return FromPipeline($"jpeg quality {quality}", 0, (_, options) => options with { Jpeg = new() { Quality = quality } })
            with { IsLocal = false };
    }

    /// <summary>Additive Gaussian noise, rounded to 8 bits.</summary>
    /// <param name="sigma">Standard deviation on the scale 0–255.</param>
    /// <param name="seed">Seed of the noise. Default: 0.</param>
    /// <returns>The degradation.</returns>
    public static Degradation Noise(double sigma, long seed = 0)
    {
        if (sigma is not (>= 0 and <= 255))
        {
            throw new InputException($"A noise's standard deviation is 0 to 255; {sigma} was given.");
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

    /// <summary>Rectangles and strokes of one colour, 6–32 px in size, as in training; about one for each 80×80 px.</summary>
    /// <param name="seed">Seed of the places. Default: 0.</param>
    /// <returns>The degradation.</returns>
    public static Degradation Holes(long seed = 0) => FromPipeline("holes", seed, (image, options) =>
    {
        HoleOptions holes = new() { Probability = 1 };
        return options with
        {
            Holes = holes with
            {
                Count = Counted(holes.Count, image, 100),
                Size = Sized(holes.Size, image, 0.005),
                StrokeWidth = Sized(holes.StrokeWidth, image, 0.002),
            },
        };
    });

    /// <summary>Words, numbers and symbols, 13–45 px high, as in training; about one for each 90×90 px.</summary>
    /// <param name="seed">Seed of the places. Default: 0.</param>
    /// <returns>The degradation.</returns>
    public static Degradation Text(long seed = 0) => FromPipeline("text", seed, (image, options) =>
    {
        TextOptions text = new() { Probability = 1 };
        return options with { Text = text with { Count = Counted(text.Count, image, 50), Height = Sized(text.Height, image, 0.02) } };
    });

    /// <summary>A translucent mark: repeated slanted text, a logo, or a line.</summary>
    /// <param name="seed">Seed of its kind and place. Default: 0.</param>
    /// <returns>The degradation.</returns>
    public static Degradation Watermark(long seed = 0)
        => FromPipeline("watermark", seed, (_, options) => options with { Watermark = new() { Probability = 1 } });

    /// <summary>Worn scratches, 0.6–4 px wide; about three for each 128×128 px.</summary>
    /// <param name="seed">Seed of the places. Default: 0.</param>
    /// <returns>The degradation.</returns>
    public static Degradation Scratches(long seed = 0) => FromPipeline("scratches", seed, (image, options) => options with
    {
        Scratches = new()
        {
            Probability = 1, Count = Counted((2, 4), image, 100), Width = (0.6, 4), Length = Sized((0.3, 2), image, 0.02), Wear = 0.6,
        },
    });

    /// <summary>Specks of 0.8–4 px and curled hairs; about 20 for each 128×128 px.</summary>
    /// <param name="seed">Seed of the places. Default: 0.</param>
    /// <returns>The degradation.</returns>
    public static Degradation Dust(long seed = 0) => FromPipeline("dust", seed, (image, options) => options with
    {
        Dust = new() { Probability = 1, Specks = Counted((10, 30), image, 2000), Hairs = Counted((0, 2), image, 200) },
    });

    /// <summary>Two creases across the image, 2–5 px wide with light and shadow to three times that, and in some a torn edge.</summary>
    /// <param name="seed">Seed of the places. Default: 0.</param>
    /// <returns>The degradation.</returns>
    public static Degradation Folds(long seed = 0) => FromPipeline("folds", seed, (image, options) => options with
    {
        Folds = new() { Probability = 1, Count = 2, Width = Sized((0.016, 0.04), image, 0.002), TearDepth = (0.02, 0.08) },
    });

    /// <summary>Colour taken away: every channel becomes the luma.</summary>
    /// <returns>The degradation.</returns>
    public static Degradation Grey()
        => FromPipeline("grey", 0, (_, options) => options with { Greyscale = new() { Probability = 1 } })
            with { IsLocal = false, TakesColor = true };

    /// <summary>Nothing: whether what is whole stays so. No pixel is masked.</summary>
    /// <returns>The degradation.</returns>
    public static Degradation None() => new("none", (image, _) => image);

    /// <summary>
    /// Reads a degradation as the command line names it: holes, text, watermark, scratches, dust, folds, grey, jpeg10, noise25,
    /// none, or several joined by +, done from left to right.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <returns>The degradation.</returns>
    /// <exception cref="InputException">There is no such degradation, or its number is outside its range.</exception>
    public static Degradation Parse(string name)
    {
        Degradation[] steps = [.. name.Split('+').Select(One)];
        return steps.Skip(1).Aggregate(steps[0], (before, next) => next.After(before));

        Degradation One(string word) => word.Trim() switch
        {
            "holes" => Holes(),
            "text" => Text(),
            "watermark" => Watermark(),
            "scratches" => Scratches(),
            "dust" => Dust(),
            "folds" => Folds(),
            "grey" => Grey(),
            "none" => None(),
            string jpeg when jpeg.StartsWith("jpeg", StringComparison.Ordinal)
                && NumberText.TryWhole(jpeg.AsSpan(4), out long quality) => Jpeg((int)Math.Clamp(quality, 0, 101)),
            string noise when noise.StartsWith("noise", StringComparison.Ordinal)
                && NumberText.TryReal(noise.AsSpan(5), out double sigma) => Noise(sigma),
            string other => throw new InputException(
                $"There is no degradation \"{other}\"; give holes, text, watermark, scratches, dust, folds, grey, jpeg10, noise25, "
                + "none, or several joined by +."),
        };
    }

    /// <summary>The same degradation on top of another.</summary>
    /// <param name="before">What is done first.</param>
    /// <returns>A degradation named after both.</returns>
    public Degradation After(Degradation before) => this with
    {
        Name = $"{before.Name}, then {Name}",
        Apply = (image, index) => Apply(before.Apply(image, index), index),
        IsLocal = IsLocal || before.IsLocal,
        TakesColor = TakesColor || before.TakesColor,
        Steps = [.. before.Single(), .. Single()],
    };

    /// <summary>Which pixels local degradations masked, whatever came before and after them; null where none is local.</summary>
    internal bool[]? Mask(RgbImage image, int index)
    {
        if (!IsLocal)
        {
            return null;
        }

        var mask = new bool[image.Pixels.Length / 3];
        foreach (Degradation step in Single())
        {
            RgbImage degraded = step.Apply(image, index);
            for (int i = 0; step.IsLocal && i < mask.Length; i++)
            {
                mask[i] |= !image.Pixels.AsSpan(i * 3, 3).SequenceEqual(degraded.Pixels.AsSpan(i * 3, 3));
            }

            image = degraded;
        }

        return mask;
    }

    private IReadOnlyList<Degradation> Single() => Steps.Count > 0 ? Steps : [this];

    private static Degradation FromPipeline(string name, long seed, Func<RgbImage, DegradationOptions, DegradationOptions> options)
        => new(name, (image, index) =>
            new DegradationPipeline(options(image, Nothing)).Degrade(image, new RandomStream(seed, "evaluation " + name, index)))
        {
            IsLocal = true,
        };

    private static Interval Counted(Interval count, RgbImage image, int most)
    {
        double crops = (double)image.Width * image.Height / (CropSide * CropSide);
        return (Math.Clamp(Math.Round(count.Low * crops), 1, most), Math.Clamp(Math.Round(count.High * crops), 1, most));
    }

    private static Interval Sized(Interval size, RgbImage image, double least)
    {
        double crops = Math.Min(image.Width, image.Height) / (double)CropSide;
        return (Math.Clamp(size.Low / crops, least, 1), Math.Clamp(size.High / crops, least, 1));
    }
}
