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
    public static Table ToTable(string folder) => Table.Of(
        Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal)
            .Select(path => (Name: ResultsName.Parse(path), Path: path)).Where(file => file.Name is { Scale: > 1 })
            .Select(file => (Name: file.Name!, Model: EvaluationReport.Read(file.Path).Models[0]))
            .Where(row => row.Model.Mean.Baselines.ContainsKey("bicubic")),
        ("model", row => row.Name.Model),
        ("photos", row => FormattableString.Invariant($"{row.Name.Set}, ×{row.Name.Scale}")),
        ("PSNR-Y of bicubic (dB)", row => Number(row.Model.Mean.Baselines["bicubic"].PsnrY, "0.00")),
        ("PSNR-Y (dB)", row => Number(row.Model.Mean.PsnrY, "0.00")),
        ("SSIM-Y of bicubic", row => Number(row.Model.Mean.Baselines["bicubic"].SsimY, "0.0000")),
        ("SSIM-Y", row => Number(row.Model.Mean.SsimY, "0.0000")));

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

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}
