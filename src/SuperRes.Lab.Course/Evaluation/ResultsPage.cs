using System.Text;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>
/// The page of results, made from the files that <see cref="ResultsRun"/> wrote. The same files give the same page.
/// </summary>
/// <param name="folder">Holds the files.</param>
public sealed class ResultsPage(string folder)
{
    private const string Decibels = "0.00";
    private const string PlainHeading = "\n## Plain methods\n\nWhat people have without a network, OpenCV's: inpainting after Telea and by "
        + "the Navier–Stokes equations, both told the true mask; median, bilateral filter and non-local means, which are told nothing. "
        + "A network that finds the mask itself has the harder task; what `superres restore --mask` does, the rows “fill, true mask” of a "
        + "model's tables, has the same.\n";

    /// <summary>The page.</summary>
    /// <param name="link">The folder as seen from the page. Default: "results".</param>
    /// <param name="models">The folder of models and their cards as seen from the page. Default: "../models".</param>
    /// <returns>Markdown.</returns>
    /// <exception cref="InputException">The folder is missing, holds no results, or a file of it holds something else.</exception>
    public string ToMarkdown(string link = "results", string models = "../models")
    {
        (ResultsName Name, EvaluationReport Report)[] files = Read();
        var page = new StringBuilder("# Results\n\n");
        page.Append("`superres results` makes every table from the JSON files in [").Append(link).Append("/](").Append(link)
            .Append("/), and every picture from the photos in `data/samples`, on which no model was trained. Times are those of the ")
            .Append("machine that wrote the files. Intervals are 95 % bootstrap intervals of the mean over images. ")
            .Append("[Sets to measure on](../data/README.md#sets-to-measure-on) says where to get the photos that are not part of the "
                + "project.\n");
        foreach (IGrouping<string,
            (ResultsName Name, EvaluationReport Report)> model in files.GroupBy(f => f.Name.Model, StringComparer.Ordinal))
        {
            page.Append(model.Key == ResultsName.Plain ? PlainHeading
                : $"\n## {model.Key}\n\n[Model card]({models}/{model.Key}.md)\n");
            foreach ((ResultsName name, EvaluationReport report) in model)
            {
                page.Append(name.Scale == 1 ? Restoration(name, report) : SuperResolution(name, report));
            }

            if (File.Exists(Path.Combine(folder, ResultsName.Sheet(model.Key))))
            {
                page.Append("\n### ").Append(model.Key)
                    .Append(" on the sample photos\n\n![The sample photos: input, result, truth, each with a detail below](")
                    .Append(link).Append('/').Append(ResultsName.Sheet(model.Key)).Append(")\n");
            }
        }

        if (File.Exists(Path.Combine(folder, ResultsName.OldPhoto)))
        {
            page.Append("\n## An old photo\n\nMade of a sample photo: sepia and faded, with grain, nine scratches, a fold and dust.\n\n")
                .Append($"![The old photo before and after]({link}/{ResultsName.OldPhoto})\n");
        }

        return page.Append(Large(link)).ToString();
    }

    private static (string, Func<ModelEvaluation, object?>, string?)[] Method => [("method", m => m.Model, null)];

    private static (string, Func<ModelEvaluation, object?>, string?)[] Masked =>
    [
        ("masked pixels before (dB)", m => Shown(Input(m).PsnrMasked), Decibels),
        ("after  ", m => Shown(m.Mean.PsnrMasked), Decibels),
        ("unmasked pixels before (dB)", m => Shown(Input(m).PsnrUnmasked), Decibels),
        ("after   ", m => Shown(m.Mean.PsnrUnmasked), Decibels),
    ];

    private static (string, Func<ModelEvaluation, object?>, string?)[] Perceived =>
    [
        ("LPIPS before", m => Input(m).Lpips, "0.000"),
        ("after    ", m => m.Mean.Lpips, "0.000"),
    ];

    private (ResultsName Name, EvaluationReport Report)[] Read()
    {
        string[] paths = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
        (ResultsName, EvaluationReport)[] files =
        [
            .. paths.Select(path => (Path: path, Name: ResultsName.Parse(path))).Where(f => f.Name is not null)
                // Super-resolution first, the well-known sets before the samples.
                .OrderBy(f => f.Name!.Scale == 1).ThenBy(f => f.Name!.IsPlain)
                .ThenBy(f => f.Name!.Model, StringComparer.Ordinal)
                .ThenBy(f => f.Name!.Set == ResultsRun.SamplesName).ThenBy(f => SetOrder(f.Name!.Set))
                    .ThenBy(f => f.Name!.Set, StringComparer.Ordinal).ThenBy(f => f.Name!.Scale)
                .Select(f => (f.Name!, EvaluationReport.Read(f.Path))),
        ];
        return files.Length > 0 ? files
            : throw new InputException($"{folder} holds no results (MODEL.SET.x2.json); run \"superres results\" with a model.");
    }

    private static int SetOrder(string set) => Array.IndexOf(["set5", "set14"], set) is var at and >= 0 ? at : int.MaxValue;

    private static string SuperResolution(ResultsName name, EvaluationReport report)
    {
        ModelEvaluation evaluation = report.Models[0];
        PairedComparison comparison = report.Compare(name.Model, evaluation.Reference ?? evaluation.Baselines[0]);
        return Section(
            name,
            FormattableString.Invariant($"{name.Set}, ×{name.Scale}"),
            evaluation,
            report.Means(),
            comparison.Describe(name.Model, evaluation.Reference ?? evaluation.Baselines[0], "dB PSNR-Y"),
            report.PerImage());
    }

    private static string Restoration(ResultsName name, EvaluationReport report)
    {
        if (report.Models.Any(m => m.Mean.ChromaError is not null))
        {
            return Colorization(name, report);
        }

        (string Title, Func<ModelEvaluation, object?> Value, string? Format)[] columns =
        [
            ("degradation", m => m.Protocol.Downscale, null),
            .. report.Models.Select(m => m.Model).Distinct().Count() > 1 ? Method : [],
            ("PSNR-Y before (dB)", m => Shown(Input(m).PsnrY), Decibels),
            ("after", m => Shown(m.Mean.PsnrY), Decibels),
            ("gain", m => IsExact(Input(m)) ? null : Gain(m).Difference.Mean, "+0.00;-0.00;0.00"),
            ("95 % interval", m => IsExact(Input(m)) ? null : Interval(Gain(m).Difference), null),
            ("SSIM-Y before", m => Input(m).SsimY, "0.0000"),
            ("after ", m => m.Mean.SsimY, "0.0000"),
            .. report.Models.Any(m => m.Mean.PsnrMasked is not null) ? Masked : [],
            .. report.Models.Any(m => m.Mean.Lpips is not null) ? Perceived : [],
            ("time per megapixel (s)", m => m.Mean.SecondsPerMegapixel, "0.000"),
        ];
        var table = Table.Of(report.Models, [.. columns.Select(c => (c.Title, c.Value))]);
        table = columns.Where(c => c.Format is not null).Aggregate(table, (t, c) => t.WithFormat(c.Title, c.Format!));
        return Section(
            name, FormattableString.Invariant($"{name.Set}, {report.Models[0].Images.Count} images"), report.Models[0], table, null, null);
    }

    /// <summary>How far colours are off: lightness, which PSNR-Y and SSIM-Y measure, was given.</summary>
    private static string Colorization(ResultsName name, EvaluationReport report)
    {
        Table table = Table.Of(
            report.Models,
            [
                ("degradation", m => m.Protocol.Downscale),
                ("chroma error of grey", m => Input(m).ChromaError),
                ("coloured", m => m.Mean.ChromaError),
                ("change", m => FormattableString.Invariant($"{(m.Mean.ChromaError / Input(m).ChromaError - 1) * 100:+0.0;−0.0} %")),
                ("nearer than grey",
                    m => $"{m.Images.Count(i => i.ChromaError < i.Baselines[Evaluator.DegradedInput].ChromaError)} of {m.Images.Count}"),
                ("time per megapixel (s)", m => m.Mean.SecondsPerMegapixel),
            ]);
        table = table.WithFormat("chroma error of grey", "0.00").WithFormat("coloured", "0.00")
            .WithFormat("time per megapixel (s)", "0.000");
        return Section(
            name, FormattableString.Invariant($"{name.Set}, {report.Models[0].Images.Count} images"), report.Models[0], table, null, null);
    }

    // Files count the PSNR of equal pictures as 100 dB.
    private static double? Shown(double? psnr) => psnr >= Psnr.MostCounted ? double.PositiveInfinity : psnr;

    private static bool IsExact(QualityFigures figures) => figures.PsnrY >= Psnr.MostCounted;

    private static QualityFigures Input(ModelEvaluation evaluation) => evaluation.Mean.Baselines[Evaluator.DegradedInput];

    private static PairedComparison Gain(ModelEvaluation evaluation)
        => new EvaluationReport([evaluation]).Compare(evaluation.Model!, Evaluator.DegradedInput);

    private static string Interval(MeanInterval gain) =>
        FormattableString.Invariant($"{gain.Low:+0.00;−0.00;0.00} … {gain.High:+0.00;−0.00;0.00}");

    private static string Section(
        ResultsName name, string heading, ModelEvaluation evaluation, Table table, string? comparison, Table? perImage)
    {
        string protocol = evaluation.Scale == 1 ? (evaluation.Protocol with { Downscale = "as the first column says" }).Describe()
            : evaluation.Protocol.Describe();
        var text = new StringBuilder($"\n### {name.Model} on {heading}\n\n{table.ToMarkdown().TrimEnd()}\n\n{protocol}\n");
        text.Append(comparison is null ? "" : $"\n{comparison}\n");
        text.Append($"\n    {name.Command}\n");
        text.Append(
            perImage is null ? "" : $"\n<details><summary>Each image</summary>\n\n{perImage.ToMarkdown().TrimEnd()}\n\n</details>\n");
        return text.ToString();
    }

    private string Large(string link)
    {
        (int Scale, string Caption)[] examples =
        [
            (4, "A 256 px JPEG at quality 95, four times as large: ×2 twice."),
            (2, "A 512 px JPEG at quality 30, twice as large."),
        ];
        (int Scale, string Caption)[] there = [.. examples.Where(e => File.Exists(Path.Combine(folder, ResultsName.Large(e.Scale))))];
        return there.Length == 0 ? "" : "\n## The article's large examples\n" + string.Concat(there.Select(e =>
            $"\n{e.Caption} PSNR-Y and SSIM-Y against the original photo are below each "
                + $"picture.\n\n![{e.Caption}]({link}/{ResultsName.Large(e.Scale)})\n"));
    }
}
