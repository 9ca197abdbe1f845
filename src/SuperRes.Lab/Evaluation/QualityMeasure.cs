using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Evaluation;

/// <summary>One of the figures that an evaluation gives: its names, its value and which way is better.</summary>
/// <param name="Key">The name in JSON and CSV.</param>
/// <param name="Title">The name in tables, with its unit.</param>
/// <param name="Value">The value; null where it was not measured.</param>
/// <param name="Format">How tables write it.</param>
/// <param name="HigherIsBetter">Which way is better; null for times, and where it is not known.</param>
internal sealed record QualityMeasure(string Key, string Title, Func<QualityFigures, double?> Value, string Format, bool? HigherIsBetter)
{
    /// <summary>All figures, in the order of files and tables.</summary>
    public static IReadOnlyList<QualityMeasure> All { get; } =
    [
        new("psnr_y", "PSNR-Y (dB)", f => f.PsnrY, "0.00", true),
        new("ssim_y", "SSIM-Y", f => f.SsimY, "0.0000", true),
        new("psnr_rgb", "PSNR-RGB (dB)", f => f.PsnrRgb, "0.00", true),
        new("ssim_rgb", "SSIM-RGB", f => f.SsimRgb, "0.0000", true),
        new("lpips", "LPIPS", f => f.Lpips, "0.0000", false),
        new("ms_ssim_y", "MS-SSIM-Y", f => f.MsSsimY, "0.0000", true),
        new("gmsd", "GMSD", f => f.Gmsd, "0.0000", false),
        new("psnr_damaged", "PSNR of masked pixels (dB)", f => f.PsnrMasked, "0.00", true),
        new("psnr_undamaged", "PSNR of unmasked pixels (dB)", f => f.PsnrUnmasked, "0.00", true),
        new("chroma_error", "chroma error (ab)", f => f.ChromaError, "0.00", false),
        new("seconds", "time per image (s)", f => f.Seconds, "0.000", null),
        new("seconds_per_megapixel", "per megapixel (s)", f => f.SecondsPerMegapixel, "0.000", null),
    ];

    /// <summary>All figures, and behind them the metrics of one's own that some evaluations have.</summary>
    public static IReadOnlyList<QualityMeasure> Of(IEnumerable<ModelEvaluation> models) =>
    [
        .. All, .. models.SelectMany(model => model.Mean.Baselines.Values.Prepend(model.Mean)).SelectMany(mean => mean.Metrics?.Keys ?? [])
            .Distinct(StringComparer.Ordinal)
            .Select(name => new QualityMeasure(name, name, f => f.Metrics?.GetValueOrDefault(name), "0.0000", null)),
    ];

    /// <summary>The interval of each mean that all images have a finite or infinite figure for, times left out.</summary>
    public static IReadOnlyDictionary<string, MeanInterval> Intervals(IReadOnlyList<QualityFigures> images) => All
        .Where(measure => measure.HigherIsBetter is not null && images.All(image => measure.Value(image) is not null))
        .ToDictionary(measure => measure.Key, measure => Bootstrap.Mean([.. images.Select(image => measure.Value(image)!.Value)]),
            StringComparer.Ordinal);
}
