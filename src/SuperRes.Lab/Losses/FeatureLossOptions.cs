namespace SuperRes.Lab.Losses;

/// <summary>The distance that pixels, features and gram matrices are compared with.</summary>
public enum BaseLoss
{
    /// <summary>Mean absolute difference, as in the course's notebook.</summary>
    L1,

    /// <summary>Mean squared difference, as the article writes.</summary>
    Mse,

    /// <summary>
    /// Mean colour difference of the pixels, √(ΔL² + Δa² + Δb²) in CIELAB (CIE 1976), divided by 100: for colourisation, whose error it is. Features and
    /// gram matrices are compared as by L1.
    /// </summary>
    DeltaE,
}

/// <summary>What <see cref="FeatureLoss"/> is made of; the defaults are the course's.</summary>
public sealed record FeatureLossOptions
{
    /// <summary>The distance. Default L1.</summary>
    public BaseLoss Base { get; init; } = BaseLoss.L1;

    /// <summary>The network whose features are compared: vgg16_bn or vgg16. Default vgg16_bn.</summary>
    public string Network { get; init; } = "vgg16_bn";

    /// <summary>Which blocks' last ReLUs are compared, 0 to 4 in rising order; empty for pixels alone. Default 2, 3, 4 (layers 22, 32, 42 of vgg16_bn).</summary>
    public IReadOnlyList<int> Blocks { get; init; } = [2, 3, 4];

    /// <summary>A weight w per block, 0 or more: w for its features, w²·<see cref="GramFactor"/> for its gram matrix. Default 5, 15, 2.</summary>
    public IReadOnlyList<double> Weights { get; init; } = [5, 15, 2];

    /// <summary>Factor on the gram terms, 0 or more; 0 leaves the grams out. Default 5000.</summary>
    public double GramFactor { get; init; } = 5e3;

    /// <summary>Pixels alone, without any network.</summary>
    public static FeatureLossOptions PixelsOnly { get; } = new() { Blocks = [], Weights = [] };

    /// <summary>Checks every value.</summary>
    /// <param name="where">What to name in the message.</param>
    /// <exception cref="InputException">A value is outside its range.</exception>
    public void Validate(string where = "loss")
    {
        if (Network is not ("vgg16_bn" or "vgg16"))
        {
            throw new InputException($"{where}.network is \"{Network}\"; use vgg16_bn or vgg16.");
        }

        if (Blocks.Any(block => block is < 0 or > 4) || Blocks.Zip(Blocks.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new InputException($"{where}.blocks is [{string.Join(", ", Blocks)}]; use numbers from 0 to 4 in rising order.");
        }

        if (Weights.Count != Blocks.Count || Weights.Any(weight => !(weight >= 0 && double.IsFinite(weight))))
        {
            throw new InputException($"{where}.weights is [{string.Join(", ", Weights)}]; use one weight of 0 or more per block ({Blocks.Count} here).");
        }

        if (!(GramFactor >= 0 && double.IsFinite(GramFactor)))
        {
            throw new InputException($"{where}.gramFactor is {GramFactor}; use 0 or more.");
        }
    }
}
