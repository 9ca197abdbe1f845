using System.Globalization;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>The table of results that the project's README holds, made from the files that <see cref="ResultsRun"/> wrote.</summary>
public static class ResultsSummary
{
    private const string Begin = "<!-- results: superres results -->", End = "<!-- /results -->";

    /// <summary>A row for each model and set of super-resolution: the model beside bicubic.</summary>
    /// <param name="folder">Holds the files.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InputException">A file of the folder holds something else.</exception>
    public static Table ToTable(string folder)
    {
        (ResultsName Name, ModelEvaluation Model)[] rows =
        [
            .. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal)
                .Select(path => (Name: ResultsName.Parse(path), Path: path)).Where(file => file.Name is { Scale: > 1 })
                .Select(file => (file.Name!, EvaluationReport.Read(file.Path).Models[0]))
                .Where(row => row.Item2.Mean.Baselines.ContainsKey("bicubic")),
        ];
        (string, Func<(ResultsName Name, ModelEvaluation Model), object?>)[] lpips = !rows.Any(r => r.Model.Mean.Lpips is not null) ? []
            : [("LPIPS of bicubic", r => Number(Bicubic(r.Model).Lpips, "0.000")), ("LPIPS", r => Number(r.Model.Mean.Lpips, "0.000"))];
        return Table.Of(
            rows,
            [
                ("model", r => r.Name.Model),
                ("photos", r => FormattableString.Invariant($"{r.Name.Set}, ×{r.Name.Scale}")),
                ("PSNR-Y of bicubic (dB)", r => Number(Bicubic(r.Model).PsnrY, "0.00")),
                ("PSNR-Y (dB)", r => Number(r.Model.Mean.PsnrY, "0.00")),
                ("SSIM-Y of bicubic", r => Number(Bicubic(r.Model).SsimY, "0.0000")),
                ("SSIM-Y", r => Number(r.Model.Mean.SsimY, "0.0000")),
                .. lpips,
            ]);
    }

    /// <summary>Puts the table between its two comments of a page.</summary>
    /// <param name="page">The page's text.</param>
    /// <param name="folder">Holds the files.</param>
    /// <returns>The page with the table; the same where it has no such comments.</returns>
    /// <exception cref="InputException">A file of the folder holds something else.</exception>
    public static string Refresh(string page, string folder)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal), end = page.IndexOf(End, StringComparison.Ordinal);
        return begin < 0 || end < begin ? page
            : $"{page[..(begin + Begin.Length)]}\n{ToTable(folder).ToMarkdown()}\n{page[end..]}";
    }

    private static QualityFigures Bicubic(ModelEvaluation model) => model.Mean.Baselines["bicubic"];

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}
