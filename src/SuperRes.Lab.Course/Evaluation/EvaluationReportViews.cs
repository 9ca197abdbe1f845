using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>A report's faces: CSV, Markdown, HTML, tables and charts.</summary>
public static class EvaluationReportViews
{
    /// <summary>One line for each image and method, numbers in full precision.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Comma-separated values with a header.</returns>
    public static string ToCsv(this EvaluationReport report) => ReportTables.Long(report.Models).ToCsv();

    /// <summary>Means of all methods for each protocol, the protocol's sentence below, comparisons, and a table of the images.</summary>
    /// <param name="report">The report.</param>
    /// <param name="title">The heading. Default: "Evaluation".</param>
    /// <returns>Markdown.</returns>
    public static string ToMarkdown(this EvaluationReport report, string title = "Evaluation")
        => $"# {title}\n" + string.Concat(Sections(report).Select(s =>
            $"\n## {s.Heading}\n\n{s.Means.ToMarkdown().TrimEnd()}\n\n{s.Protocol}\n"
            + string.Concat(s.Comparisons.Select(c => $"\n- {c}")) + (s.Comparisons.Count > 0 ? "\n" : "")
            + $"\n{s.PerImage.ToMarkdown().TrimEnd()}\n"));

    /// <summary>The same as a page of its own, with sheets.</summary>
    /// <param name="report">The report.</param>
    /// <param name="title">The heading. Default: "Evaluation".</param>
    /// <param name="sheets">Pictures to show below the tables. Default: none.</param>
    /// <returns>An HTML document without external files.</returns>
    public static string ToHtmlPage(this EvaluationReport report, string title = "Evaluation", IEnumerable<ComparisonSheet>? sheets = null)
        => HtmlPage.Wrap(title, $"<h1>{Escape(title)}</h1>" + report.ToHtml() + string.Concat((sheets ?? []).Select(s => s.ToHtml())));

    /// <summary>Tables and comparisons for a notebook or a page.</summary>
    /// <param name="report">The report.</param>
    /// <returns>HTML.</returns>
    public static string ToHtml(this EvaluationReport report) => $"<div>{string.Concat(Sections(report).Select(s =>
        $"<h2>{Escape(s.Heading)}</h2>{s.Means.ToHtml()}<p>{Escape(s.Protocol)}</p>"
        + (s.Comparisons.Count == 0 ? "" : $"<ul>{string.Concat(s.Comparisons.Select(c => $"<li>{Escape(c)}</li>"))}</ul>")
        + s.PerImage.ToHtml()))}</div>";

    /// <summary>Tables and comparisons for a console.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Text.</returns>
    public static string ToText(this EvaluationReport report) => string.Join("\n\n", Sections(report).Select(s =>
        $"{s.Heading}\n{s.Means.ToText()}\n{s.Protocol}{string.Concat(s.Comparisons.Select(c => $"\n{c}"))}"));

    /// <summary>Means of all methods under the first protocol.</summary>
    /// <param name="report">The report.</param>
    /// <returns>A table.</returns>
    public static Table Means(this EvaluationReport report) => Sections(report)[0].Means;

    /// <summary>PSNR-Y of every image and method under the first protocol.</summary>
    /// <param name="report">The report.</param>
    /// <returns>A table.</returns>
    public static Table PerImage(this EvaluationReport report) => Sections(report)[0].PerImage;

    /// <summary>PSNR-Y of every image: the reference (bicubic, or the degraded input) across, the models up.</summary>
    /// <param name="report">The report.</param>
    /// <returns>A chart; points above the diagonal are gains.</returns>
    public static Chart Plot(this EvaluationReport report) => ReportTables.Plot(report.Models);

    private static List<ReportSection> Sections(EvaluationReport report) =>
        [.. report.Models.GroupBy(m => (m.Scale, m.Protocol)).Select(g => new ReportSection([.. g], report))];

    private static string Escape(string text) => System.Net.WebUtility.HtmlEncode(text);
}
