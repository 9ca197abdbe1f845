using System.Text.Json.Serialization;
using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Evaluation;

/// <summary>One model on one set of images, as the JSON of <c>superres evaluate</c> holds it.</summary>
public sealed record ModelEvaluation
{
    /// <summary>How many times larger the results are: 1 for restoration.</summary>
    public required int Scale { get; init; }

    /// <summary>How the figures were made.</summary>
    public required MetricProtocol Protocol { get; init; }

    /// <summary>The model's name; null where baselines alone were measured.</summary>
    public required string? Model { get; init; }

    /// <summary>The images, in order of their names.</summary>
    public required IReadOnlyList<ImageFigures> Images { get; init; }

    /// <summary>Means over the images.</summary>
    public required ComparedFigures Mean { get; init; }

    /// <summary>95 % bootstrap intervals of the means of the model's figures, by their names in the file; absent unless
    /// <see cref="EvaluationOptions.Extended"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, MeanInterval>? Intervals { get; init; }

    /// <summary>
    /// The model's PSNR-Y against that of the reference and of the report's other models on the same images, by their names; absent unless
    /// <see cref="EvaluationOptions.Extended"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, PairedComparison>? Compared { get; init; }

    /// <summary>On how many images the model gives the target itself, which counts as 100 dB.</summary>
    [JsonIgnore]
    public int ExactImages => Images.Count(image => image.PsnrRgb >= Psnr.MostCounted);

    /// <summary>The names of the baselines, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Baselines => [.. Mean.Baselines.Keys];

    /// <summary>Puts images together and computes their means.</summary>
    /// <param name="scale">The scale.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="model">The model's name, or null.</param>
    /// <param name="images">At least one.</param>
    /// <returns>The evaluation.</returns>
    public static ModelEvaluation Of(int scale, MetricProtocol protocol, string? model, IReadOnlyList<ImageFigures> images) => new()
    {
        Scale = scale,
        Protocol = protocol,
        Model = model,
        Images = images,
        Intervals = model is null || images.Any(image => image.SecondsPerMegapixel is null) ? null : QualityMeasure.Intervals(images),
        Mean = new ComparedFigures(QualityFigures.Mean(images))
        {
            Baselines = images[0].Baselines.Keys.ToDictionary(
                name => name, name => QualityFigures.Mean([.. images.Select(i => i.Baselines[name])]), StringComparer.Ordinal),
        },
    };

    /// <summary>The baseline that gains are counted from: bicubic, or the degraded input; null where neither was measured.</summary>
    [JsonIgnore]
    public string? Reference => Baselines.Contains("bicubic") ? "bicubic" : Baselines.Contains(Evaluator.DegradedInput)
        ? Evaluator.DegradedInput : null;

    /// <summary>The model's PSNR-Y less the reference's on an image, in dB; the reference's own where there is no model.</summary>
    /// <param name="image">One of the images.</param>
    /// <returns>dB, 0 where both are perfect.</returns>
    public double Gain(ImageFigures image)
    {
        double reference = Reference is null ? 0 : image.Baselines[Reference].PsnrY ?? 0;
        double own = image.PsnrY ?? 0;
        return Model is null ? reference : own == reference ? 0 : own - reference;
    }

    /// <summary>The images on which the model gains most, in the middle, and least over <see cref="Reference"/>; with fewer than three
    /// images, fewer.</summary>
    /// <returns>A label ("best", "median", "worst") and the image's name.</returns>
    public IReadOnlyList<(string Label, string Name)> BestMedianWorst()
    {
        string[] ordered = [.. Images.OrderByDescending(Gain).ThenBy(i => i.Name, StringComparer.Ordinal).Select(i => i.Name)];
        return
        [
            .. new[] { ("best", 0), ("median", (ordered.Length - 1) / 2), ("worst", ordered.Length - 1) }
                .DistinctBy(pick => pick.Item2).Select(pick => (pick.Item1, ordered[pick.Item2])),
        ];
    }
}
