using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.Mathematics;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace SuperRes.Lab.Notebooks.Html;

/// <summary>A heading of a page's contents.</summary>
/// <param name="Level">1 to 6.</param>
/// <param name="Id">Its anchor.</param>
/// <param name="Text">Its words.</param>
internal sealed record PageHeading(int Level, string Id, string Text);

/// <summary>Prose as HTML: tables, footnotes, task lists; mathematics stays the text that it is; pictures are embedded.</summary>
internal sealed partial class MarkdownHtml
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseEmphasisExtras().UseAutoLinks().UseTaskLists().UseFootnotes().UseDefinitionLists()
        .UseMathematics()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .Build();

    private readonly string _prefix;
    private readonly string? _folder;
    private readonly Func<string, string?> _notebookLink;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <param name="prefix">What anchors begin with, so that notebooks on one page don't share any.</param>
    /// <param name="folder">The notebook's folder, where its pictures lie; null: unknown.</param>
    /// <param name="notebookLink">Gives the place on the site of a notebook by its file name; null where it isn't on it.</param>
    public MarkdownHtml(string prefix, string? folder, Func<string, string?> notebookLink)
    {
        _prefix = prefix;
        _folder = folder;
        _notebookLink = notebookLink;
    }

    /// <summary>The headings of all cells so far.</summary>
    public List<PageHeading> Headings { get; } = [];

    /// <summary>The words of a line of Markdown.</summary>
    public static string PlainText(string markdown) => Markdown.ToPlainText(markdown, Pipeline).Trim();

    public string Convert(NotebookCell cell)
    {
        MarkdownDocument document = Markdown.Parse(cell.Source, Pipeline);
        foreach (HeadingBlock heading in document.Descendants<HeadingBlock>())
        {
            AddHeading(heading);
        }

        foreach (LinkInline link in document.Descendants<LinkInline>().ToArray())
        {
            if (link.IsImage)
            {
                EmbedPicture(link, cell);
            }
            else
            {
                Redirect(link);
            }
        }

        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<HtmlMathInlineRenderer>(new MathAsText());
        renderer.ObjectRenderers.Replace<HtmlMathBlockRenderer>(new MathBlockAsText());
        renderer.Render(document);
        return RemoteSource().Replace(writer.ToString(), "");
    }

    private static string MimeOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };

    private static string PlainText(HeadingBlock heading) => WebUtility.HtmlDecode(string.Concat(
        heading.Inline?.Descendants().Select(inline => inline switch
        {
            LiteralInline literal => literal.Content.ToString(),
            CodeInline code => code.Content,
            MathInline math => math.Content.ToString(),
            HtmlEntityInline entity => entity.Transcoded.ToString(),
            _ => "",
        }) ?? []));

    /// <summary>Pictures that a browser would fetch from the network by itself: raw HTML in the prose.</summary>
    [GeneratedRegex(@"\ssrc=""https?://[^""]*""|\ssrc='https?://[^']*'", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex RemoteSource();

    private void AddHeading(HeadingBlock heading)
    {
        string own = heading.GetAttributes().Id ?? "section";
        string id = _prefix + own;
        for (int n = 2; !_ids.Add(id); n++)
        {
            id = $"{_prefix}{own}-{n}";
        }

        heading.GetAttributes().Id = id;
        Headings.Add(new PageHeading(heading.Level, id, PlainText(heading)));
    }

    /// <summary>Links to other notebooks lead to their pages; links into this one to its anchors.</summary>
    private void Redirect(LinkInline link)
    {
        string url = link.Url ?? "";
        if (url.StartsWith('#'))
        {
            link.Url = "#" + _prefix + url[1..];
        }
        else if (url.Split('#') is [var file, ..] && file.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) && !IsRemote(file)
            && _notebookLink(Path.GetFileName(Uri.UnescapeDataString(file))) is { } place)
        {
            link.Url = place;
        }
    }

    private void EmbedPicture(LinkInline link, NotebookCell cell)
    {
        string url = link.Url ?? "";
        if (url.StartsWith("data:", StringComparison.Ordinal))
        {
            return;
        }

        if (Embedded(url, cell) is { } data)
        {
            link.Url = data;
        }
        else
        {
            // A page that must work without a network can't fetch it: what remains is a link that a person may follow.
            link.IsImage = false;
            if (link.FirstChild is null)
            {
                link.AppendChild(new LiteralInline(url));
            }
        }
    }

    private string? Embedded(string url, NotebookCell cell)
    {
        const string attachment = "attachment:";
        if (url.StartsWith(attachment, StringComparison.Ordinal))
        {
            var bundle = cell.Json["attachments"]?[Uri.UnescapeDataString(url[attachment.Length..])] as JsonObject;
            return bundle?.Select(
                e => MultilineText.Join(e.Value) is { } content ? $"data:{e.Key};base64,{content.ReplaceLineEndings("")}" : null)
                .FirstOrDefault();
        }

        if (_folder is null || IsRemote(url))
        {
            return null;
        }

        string path = Path.Combine(_folder, Uri.UnescapeDataString(url));
        return File.Exists(path) ? $"data:{MimeOf(path)};base64,{System.Convert.ToBase64String(File.ReadAllBytes(path))}" : null;
    }

    private static bool IsRemote(string url) => url.Contains("://", StringComparison.Ordinal)
        || url.StartsWith("//", StringComparison.Ordinal);

    private sealed class MathAsText : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline obj) =>
            renderer.Write("<span class=\"math\">").WriteEscape(obj.Content).Write("</span>");
    }

    private sealed class MathBlockAsText : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock obj) =>
            renderer.EnsureLine().Write("<div class=\"math\">").WriteLeafRawLines(obj, writeEndOfLines: true, escape: true).Write("</div>")
                .EnsureLine();
    }
}
