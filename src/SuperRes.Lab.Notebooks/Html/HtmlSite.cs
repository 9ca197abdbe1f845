using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using SuperRes.Lab.IO;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Notebooks.Html;

/// <summary>Executed notebooks as HTML that asks the network for nothing: all on one page, or a page each with a table of
/// contents.</summary>
public static partial class HtmlSite
{
    private const string DefaultTitle = "Notebooks";

    /// <summary>Writes one page with all notebooks, a table of contents at its top.</summary>
    /// <param name="notebooks">The notebooks in order.</param>
    /// <param name="path">The HTML file.</param>
    /// <param name="title">The page's title; default "Notebooks".</param>
    /// <exception cref="InputException">The file can't be written.</exception>
    public static void WritePage(IReadOnlyList<SiteNotebook> notebooks, string path, string title = DefaultTitle)
    {
        Dictionary<string, string> places = Places(notebooks, slug => "#" + slug);
        NotebookHtml[] bodies = [.. notebooks.Select(notebook => Convert(notebook, Slug(notebook.Name) + "-", places))];
        var html = new StringBuilder();
        AppendContents(html, notebooks, bodies, title, i => "#" + Slug(notebooks[i].Name), heading => "#" + heading.Id);
        for (int i = 0; i < notebooks.Count; i++)
        {
            html.Append("<section id=\"").Append(Slug(notebooks[i].Name)).Append("\">\n<div class=\"nb-top\"><span>")
                .Append(Encode(notebooks[i].Name)).Append("</span><a href=\"#contents\">contents</a></div>\n")
                .Append(bodies[i].Body).Append("</section>\n");
        }

        Write(path, title, html.ToString(), ownScript: true);
    }

    /// <summary>Writes a page for each notebook, and index.html with the table of contents.</summary>
    /// <param name="notebooks">The notebooks in order.</param>
    /// <param name="folder">The site's folder; made where it is missing.</param>
    /// <param name="title">The site's title; default "Notebooks".</param>
    /// <exception cref="InputException">A file can't be written.</exception>
    public static void WriteSite(IReadOnlyList<SiteNotebook> notebooks, string folder, string title = DefaultTitle)
    {
        Dictionary<string, string> places = Places(notebooks, slug => slug + ".html");
        NotebookHtml[] bodies = [.. notebooks.Select(notebook => Convert(notebook, "", places))];
        for (int i = 0; i < notebooks.Count; i++)
        {
            string before = i > 0 ? Link(i - 1, "← ") : "";
            string after = i < notebooks.Count - 1 ? Link(i + 1, "", " →") : "";
            string top = $"<a href=\"index.html\">contents</a><span>{Encode(notebooks[i].Name)}</span>";
            string body = $"<div class=\"nb-top\" style=\"margin-top:0;border-top:0\">{top}</div>\n"
                + bodies[i].Body + $"<div class=\"nb-top\"><span>{before}</span><span>{after}</span></div>\n";
            Write(Path.Combine(folder, Slug(notebooks[i].Name) + ".html"), notebooks[i].Title, body, ownScript: false);
        }

        var index = new StringBuilder();
        AppendContents(index, notebooks, bodies, title, i => Slug(notebooks[i].Name) + ".html", heading => "#" + heading.Id);
        Write(Path.Combine(folder, "index.html"), title, index.ToString(), ownScript: false);

        string Link(int i, string before, string after = "") =>
            $"<a href=\"{Slug(notebooks[i].Name)}.html\">{before}{Encode(notebooks[i].Title)}{after}</a>";
    }

    private static NotebookHtml Convert(SiteNotebook notebook, string prefix, Dictionary<string, string> places) =>
        new(notebook, prefix, file => places.GetValueOrDefault(Path.GetFileNameWithoutExtension(file)));

    private static Dictionary<string, string> Places(IReadOnlyList<SiteNotebook> notebooks, Func<string, string> place)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (SiteNotebook notebook in notebooks)
        {
            if (!places.TryAdd(notebook.Name, place(Slug(notebook.Name))))
            {
                throw new InputException($"Two notebooks are named {notebook.Name}, and their pages would replace each other; rename one.");
            }
        }

        return places;
    }

    private static void AppendContents(
        StringBuilder html,
        IReadOnlyList<SiteNotebook> notebooks,
        NotebookHtml[] bodies,
        string title,
        Func<int, string> link,
        Func<PageHeading, string> anchor)
    {
        html.Append("<nav class=\"nb-contents\" id=\"contents\" aria-label=\"Contents\">\n<h1>").Append(Encode(title))
            .Append("</h1>\n<ol>\n");
        for (int i = 0; i < notebooks.Count; i++)
        {
            string page = link(i);
            html.Append("<li><div class=\"nb-entry\"><a href=\"").Append(page).Append("\">").Append(Encode(notebooks[i].Title))
                .Append("</a>")
                .Append(Status(notebooks[i])).Append("</div>\n");
            PageHeading[] sections = [.. bodies[i].Headings.Where(heading => heading.Level == 2)];
            if (sections.Length > 0)
            {
                html.Append("<details><summary>").Append(sections.Length).Append(sections.Length == 1 ? " section" : " sections")
                    .Append("</summary><ol>");
                foreach (PageHeading section in sections)
                {
                    string target = (page.StartsWith('#') ? "" : page) + anchor(section);
                    html.Append("<li><a href=\"").Append(Encode(target)).Append("\">").Append(Encode(section.Text)).Append("</a></li>");
                }

                html.Append("</ol></details>\n");
            }

            html.Append("</li>\n");
        }

        html.Append("</ol>\n");
        TimeSpan[] times = [.. notebooks.Select(Elapsed).OfType<TimeSpan>()];
        if (times.Length > 1)
        {
            html.Append("<div class=\"nb-entry\"><span></span><span class=\"nb-time\">together ")
                .Append(Duration(times.Aggregate(TimeSpan.Zero, (sum, time) => sum + time))).Append("</span></div>\n");
        }

        html.Append("</nav>\n");
    }

    private static TimeSpan? Elapsed(SiteNotebook notebook) => notebook.Elapsed ?? SourceStamp.Elapsed(notebook.Notebook);

    private static string Status(SiteNotebook notebook)
    {
        string time = Elapsed(notebook) is { } elapsed ? Duration(elapsed) : "not run";
        return notebook.FailedCell is { } cell
            ? $"<span class=\"nb-time nb-failed\">failed in cell [{cell}], {time}</span>"
            : $"<span class=\"nb-time\">{time}</span>";
    }

    private static string Duration(TimeSpan time)
    {
        int seconds = (int)Math.Round(time.TotalSeconds);
        return time.TotalSeconds < 59.95 ? $"{time.TotalSeconds:0.0} s" : $"{seconds / 60} min {seconds % 60:00} s";
    }

    /// <param name="path">The page.</param>
    /// <param name="title">Its title.</param>
    /// <param name="body">Its content.</param>
    /// <param name="ownScript">Whether a page with charts carries plotly.js itself; else it lies beside, once for all pages.</param>
    private static void Write(string path, string title, string body, bool ownScript)
    {
        bool charts = body.Contains("srl-chart", StringComparison.Ordinal);
        if (charts && !ownScript)
        {
            PlotlyScript.WriteTo(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }

        string style = $"<style>{SiteStyle.Css}</style>\n";
        AtomicFile.WriteAllText(path, HtmlPage.Wrap(title, body, charts, ownScript ? null : PlotlyScript.FileName, style));
    }

    /// <summary>A notebook's name as part of an address: letters, digits, points, '-' and '_'.</summary>
    private static string Slug(string name) => OtherCharacters().Replace(name, "-");

    [GeneratedRegex(@"[^\w.-]+", RegexOptions.CultureInvariant)]
    private static partial Regex OtherCharacters();

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
