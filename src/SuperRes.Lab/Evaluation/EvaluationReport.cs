using SuperRes.Lab.Display;
using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Evaluation;

/// <summary>
/// Evaluations of one or several models, under one or several protocols, and their faces: JSON (the contract of
/// <c>superres evaluate --json</c>; an array where there are several), CSV, Markdown and HTML.
/// </summary>
/// <param name="Models">At least one evaluation.</param>
[TypeFormatterSource(typeof(DisplayableFormatterSource))]
public sealed record EvaluationReport(IReadOnlyList<ModelEvaluation> Models) : IDisplayable
{
    /// <summary>Reads files that <see cref="ToJson"/> wrote.</summary>
    /// <param name="paths">The files; their evaluations follow each other.</param>
    /// <returns>The report.</returns>
    /// <exception cref="InputException">A file is missing or holds something else.</exception>
    public static EvaluationReport Read(params IReadOnlyList<string> paths) => new([.. paths.SelectMany(path =>
    {
        try
        {
            return Parse(File.ReadAllText(path), path).Models;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}; \"superres evaluate --json FILE\" writes such a file.", e);
        }
    })]);

    /// <summary>Reads the JSON that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>The report.</returns>
    /// <exception cref="InputException">It is something else, or holds no evaluation or no image.</exception>
    public static EvaluationReport Parse(string json, string name)
    {
        IReadOnlyList<ModelEvaluation> models = EvaluationJson.Read(json, name);
        if (models.Count == 0 || models.Any(m => m is null || m.Images.Count == 0))
        {
            throw new InputException($"{name} holds no evaluated image; run \"superres evaluate --json\" again.");
        }

        return new(models);
    }

    /// <summary>The evaluations as JSON: snake_case keys, numbers in full precision, "inf" for an infinite PSNR.</summary>
    /// <returns>Indented text: an object for one evaluation, an array for several.</returns>
    public string ToJson() => EvaluationJson.Write([.. Models.Select(model => model with { Compared = ComparisonsOf(model) })]) + "\n";

    /// <summary>One line for each image and method, numbers in full precision.</summary>
    /// <returns>Comma-separated values with a header.</returns>
    public string ToCsv() => ReportTables.Long(Models).ToCsv();

    /// <summary>Means of all methods for each protocol, the protocol's sentence below, comparisons, and a table of the images.</summary>
    /// <param name="title">The heading. Default: "Evaluation".</param>
    /// <returns>Markdown.</returns>
    public string ToMarkdown(string title = "Evaluation")
        => $"# {title}\n" + string.Concat(Sections().Select(s =>
            $"\n## {s.Heading}\n\n{s.Means.ToMarkdown().TrimEnd()}\n\n{s.Protocol}\n"
            + string.Concat(s.Comparisons.Select(c => $"\n- {c}")) + (s.Comparisons.Count > 0 ? "\n" : "")
            + $"\n{s.PerImage.ToMarkdown().TrimEnd()}\n"));

    /// <summary>The same as a page of its own, with sheets.</summary>
    /// <param name="title">The heading. Default: "Evaluation".</param>
    /// <param name="sheets">Pictures to show below the tables. Default: none.</param>
    /// <returns>An HTML document without external files.</returns>
    public string ToHtmlPage(string title = "Evaluation", IEnumerable<ComparisonSheet>? sheets = null)
        => HtmlPage.Wrap(title, $"<h1>{Escape(title)}</h1>" + ToHtml() + string.Concat((sheets ?? []).Select(s => s.ToHtml())));

    /// <inheritdoc/>
    public string ToHtml() => $"<div>{string.Concat(Sections().Select(s =>
        $"<h2>{Escape(s.Heading)}</h2>{s.Means.ToHtml()}<p>{Escape(s.Protocol)}</p>"
        + (s.Comparisons.Count == 0 ? "" : $"<ul>{string.Concat(s.Comparisons.Select(c => $"<li>{Escape(c)}</li>"))}</ul>")
        + s.PerImage.ToHtml()))}</div>";

    /// <inheritdoc/>
    public byte[]? ToPng() => null;

    /// <inheritdoc/>
    public string ToText() => string.Join("\n\n", Sections().Select(s =>
        $"{s.Heading}\n{s.Means.ToText()}\n{s.Protocol}{string.Concat(s.Comparisons.Select(c => $"\n{c}"))}"));

    /// <summary>Means of all methods under the first protocol.</summary>
    /// <returns>A table.</returns>
    public Table Means() => Sections()[0].Means;

    /// <summary>PSNR-Y of every image and method under the first protocol.</summary>
    /// <returns>A table.</returns>
    public Table PerImage() => Sections()[0].PerImage;

    /// <summary>Whether one model is better than another on the same images.</summary>
    /// <param name="first">A model's name.</param>
    /// <param name="second">Another model's, or a baseline's.</param>
    /// <returns>The comparison of PSNR-Y in dB.</returns>
    /// <exception cref="InputException">There is no such model or baseline, or they were measured on different images.</exception>
    public PairedComparison Compare(string first, string second)
    {
        ModelEvaluation a = Find(first) ?? throw Unknown(first);
        ModelEvaluation? b = Find(second, a.Protocol);
        if (b is not null && !b.Images.Select(i => i.Name).SequenceEqual(a.Images.Select(i => i.Name)))
        {
            throw new InputException($"{first} and {second} were measured on different images; evaluate them on the same folder.");
        }

        if (b is null && !a.Baselines.Contains(second))
        {
            throw Unknown(second);
        }

        return PairedComparison.Of(
            [.. a.Images.Select(i => i.PsnrY ?? 0)],
            [.. (b ?? a).Images.Select(i => (b is null ? i.Baselines[second] : i).PsnrY ?? 0)]);
    }

    /// <summary>PSNR-Y of every image: the reference (bicubic, or the damaged input) across, the models up.</summary>
    /// <returns>A chart; points above the diagonal are gains.</returns>
    public Chart Plot() => ReportTables.Plot(Models);

    private Dictionary<string, PairedComparison>? ComparisonsOf(ModelEvaluation model)
    {
        if (model.Model is not { } name || model.Intervals is null)
        {
            return null;
        }

        EvaluationReport own = new([.. Models.Where(other => other.Scale == model.Scale && other.Protocol == model.Protocol)]);
        IEnumerable<string> others = own.Models.Select(other => other.Model).OfType<string>().Where(other => other != name);
        return (model.Reference is { } reference ? others.Prepend(reference) : others).ToDictionary(other => other, other => own.Compare(name, other), StringComparer.Ordinal);
    }

    private List<ReportSection> Sections() => [.. Models.GroupBy(m => (m.Scale, m.Protocol)).Select(g => new ReportSection([.. g], this))];

    private ModelEvaluation? Find(string name, MetricProtocol? protocol = null)
        => Models.FirstOrDefault(m => string.Equals(m.Model, name, StringComparison.Ordinal) && (protocol is null || m.Protocol == protocol));

    private InputException Unknown(string name)
        => new($"The report holds no {name}; it holds {string.Join(", ", Models.Select(m => m.Model).OfType<string>().Concat(Models[0].Baselines).Distinct())}.");

    private static string Escape(string text) => System.Net.WebUtility.HtmlEncode(text);
}
