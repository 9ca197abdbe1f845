using System.Text.Json.Serialization;
using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Evaluation;

/// <summary>The figures of one method, on one image or as means. Null where there is no model, and LPIPS also where its weights are
/// absent.</summary>
public record QualityFigures
{
    /// <summary>PSNR of the luma in dB.</summary>
    public double? PsnrY { get; init; }

    /// <summary>SSIM of the luma.</summary>
    public double? SsimY { get; init; }

    /// <summary>PSNR over RGB in dB.</summary>
    public double? PsnrRgb { get; init; }

    /// <summary>Mean SSIM of the three channels.</summary>
    public double? SsimRgb { get; init; }

    /// <summary>LPIPS distance.</summary>
    public double? Lpips { get; init; }

    /// <summary>MS-SSIM of the luma; absent unless <see cref="EvaluationOptions.Extended"/>, and where an image is too small for
    /// it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MsSsimY { get; init; }

    /// <summary>GMSD of the luma, less being better; absent unless <see cref="EvaluationOptions.Extended"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Gmsd { get; init; }

    /// <summary>PSNR over RGB of the pixels that local degradations masked, in dB; absent where they are everywhere, or masked
    /// none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("psnr_damaged")]
    public double? PsnrMasked { get; init; }

    /// <summary>PSNR over RGB of the pixels that no local degradation masked, in dB; absent as <see cref="PsnrMasked"/> is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("psnr_undamaged")]
    public double? PsnrUnmasked { get; init; }

    /// <summary>Mean distance of the colours in a and b of CIELAB; absent unless colour was taken away.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ChromaError { get; init; }

    /// <summary>Time of the method itself, without reading and measuring.</summary>
    public double? Seconds { get; init; }

    /// <summary>The same per million pixels of the result; absent unless <see cref="EvaluationOptions.Extended"/>. A mean is over images,
    /// each counting alike.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SecondsPerMegapixel { get; init; }

    /// <summary>Metrics of one's own by name; absent unless <see cref="EvaluationOptions.Metrics"/> names some.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double?>? Metrics { get; init; }

    /// <summary>Figures of a measured image.</summary>
    /// <param name="quality">What was measured.</param>
    /// <param name="seconds">How long the method took.</param>
    /// <returns>The figures.</returns>
    public static QualityFigures Of(ImageQuality quality, double seconds) => new()
    {
        PsnrY = Counted(quality.PsnrY),
        SsimY = quality.SsimY,
        PsnrRgb = Counted(quality.PsnrRgb),
        SsimRgb = quality.SsimRgb,
        Lpips = quality.Lpips,
        MsSsimY = quality.MsSsimY,
        Gmsd = quality.Gmsd,
        Seconds = seconds,
    };

    /// <summary>A PSNR as it counts here: at most 100 dB, which stands for an exact image, as in training.</summary>
    internal static double? Counted(double? psnr) => psnr is { } value ? Math.Min(value, Psnr.MostCounted) : null;

    /// <summary>Means over images; null where one image has no value. Those of masked and unmasked pixels are over the images that have
    /// both.</summary>
    /// <param name="figures">One entry per image.</param>
    /// <returns>The means.</returns>
    public static QualityFigures Mean(IReadOnlyCollection<QualityFigures> figures)
    {
        return new()
        {
            PsnrY = Average(f => f.PsnrY),
            SsimY = Average(f => f.SsimY),
            PsnrRgb = Average(f => f.PsnrRgb),
            SsimRgb = Average(f => f.SsimRgb),
            Lpips = Average(f => f.Lpips),
            MsSsimY = Average(f => f.MsSsimY),
            Gmsd = Average(f => f.Gmsd),
            // The average of nullable numbers leaves the nulls out.
            PsnrMasked = figures.Average(f => f.PsnrMasked),
            PsnrUnmasked = figures.Average(f => f.PsnrUnmasked),
            ChromaError = Average(f => f.ChromaError),
            Seconds = Average(f => f.Seconds),
            SecondsPerMegapixel = Average(f => f.SecondsPerMegapixel),
            Metrics = figures.First().Metrics?.Keys.ToDictionary(name => name, name => Average(f => f.Metrics?.GetValueOrDefault(name)),
                StringComparer.Ordinal),
        };

        double? Average(Func<QualityFigures, double?> value) => figures.All(f => value(f) is not null) ? figures.Average(value) : null;
    }
}

/// <summary>Means of a model, with those of the baselines beside them.</summary>
public record ComparedFigures : QualityFigures
{
    /// <summary>Creates empty figures.</summary>
    public ComparedFigures()
    {
    }

    /// <summary>Takes a method's figures over.</summary>
    /// <param name="own">The figures.</param>
    protected internal ComparedFigures(QualityFigures own)
        : base(own)
    {
    }

    /// <summary>The figures of plain methods on the same input: nearest, bilinear, bicubic, lanczos; for restoration the degraded input
    /// itself.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyDictionary<string, QualityFigures> Baselines { get; init; }
}

/// <summary>The figures of one image.</summary>
public sealed record ImageFigures : ComparedFigures
{
    /// <summary>Creates empty figures.</summary>
    public ImageFigures()
    {
    }

    /// <summary>Takes a method's figures over.</summary>
    /// <param name="own">The figures.</param>
    internal ImageFigures(QualityFigures own)
        : base(own)
    {
    }

    /// <summary>The high-resolution file's name without its extension.</summary>
    [JsonPropertyOrder(-1)]
    public required string Name { get; init; }
}
