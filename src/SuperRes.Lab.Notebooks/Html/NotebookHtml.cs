using System.Net;
using System.Text;

namespace SuperRes.Lab.Notebooks.Html;

/// <summary>A notebook's cells as HTML.</summary>
internal sealed class NotebookHtml
{
    public NotebookHtml(SiteNotebook source, string prefix, Func<string, string?> notebookLink)
    {
        var prose = new MarkdownHtml(prefix, Path.GetDirectoryName(Path.GetFullPath(source.Path)), notebookLink);
        var html = new StringBuilder();
        int number = 0;
        foreach (NotebookCell cell in source.Notebook.Cells)
        {
            if (cell.Kind == CellKind.Markdown)
            {
                html.Append("<div class=\"nb-prose\">").Append(prose.Convert(cell)).Append("</div>\n");
            }
            else if (cell.Kind == CellKind.Code)
            {
                Append(html, cell, prefix, ++number);
            }
        }

        Body = html.ToString();
        Headings = prose.Headings;
    }

    public string Body { get; }

    public IReadOnlyList<PageHeading> Headings { get; }

    private static void Append(StringBuilder html, NotebookCell cell, string prefix, int number)
    {
        if (cell.Source.Trim().Length == 0)
        {
            return;
        }

        html.Append("<div class=\"nb-cell\" id=\"").Append(WebUtility.HtmlEncode(prefix + "cell-" + number))
            .Append("\"><span class=\"nb-count\">[")
            .Append(cell.ExecutionCount?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? " ").Append("]</span>")
            .Append("<pre tabindex=\"0\"><code>").Append(CSharpHighlighter.ToHtml(cell.Source.TrimEnd('\n'))).Append("</code></pre>\n");
        foreach (CellOutput output in cell.Outputs)
        {
            html.Append(OutputHtml.Convert(output));
        }

        html.Append("</div>\n");
    }
}
