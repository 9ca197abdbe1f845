using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Html;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Tests.Notebooks;

public sealed class HtmlSiteTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Page_TwoNotebooks_HasContentsWithTimesAndLinksThatLead()
    {
        string page = Page(
            Site("01-data.ipynb", TimeSpan.FromSeconds(12.34),
                NotebookCell.Markdown("# The *data* & more\n\n## First\n\n## First\n\n[next](02-model.ipynb#x) [here](#first)")),
            Site("02-model.ipynb", TimeSpan.FromSeconds(185), NotebookCell.Markdown("# The model\n\n## First")));
        Assert.Contains(">The data &amp; more</a><span class=\"nb-time\">12.3 s</span>", page, StringComparison.Ordinal);
        Assert.Contains("3 min 05 s", page, StringComparison.Ordinal);
        Assert.Contains("together 3 min 17 s", page, StringComparison.Ordinal);
        string[] ids = [.. Regex.Matches(page, " id=\"([^\"]+)\"").Select(m => m.Groups[1].Value)];
        Assert.Equal(ids.Distinct(), ids);
        string[] targets = [.. Regex.Matches(page, "href=\"#([^\"]+)\"").Select(m => m.Groups[1].Value)];
        Assert.Contains("02-model", targets);
        Assert.All(targets, target => Assert.Contains(target, ids));
    }

    [Fact]
    public void Page_NeverAsksTheNetwork()
    {
        string page = Page(Site("a.ipynb", null,
            NotebookCell.Markdown("# A\n\n![remote](https://example.org/x.png) <img src=\"https://example.org/y.png\"> "
                + "[link](https://example.org)")));
        Assert.DoesNotMatch("src=[\"']?http|<link|@import|url\\(", page);
        Assert.Contains("<a href=\"https://example.org/x.png\">remote</a>", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://example.org\">link</a>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Prose_TablesMathAndPictures_AreKept()
    {
        _folder.Write("pic.png", "png");
        var cell =
            NotebookCell.Markdown("| a | b |\n|---|---:|\n| 1 | 2 |\n\n$x_1^2 < y_2*z*w$\n\n$$\na_b < c\n$$\n\n![local](pic.png) "
            + "![inside](attachment:in.png) ![gone](gone.png)");
        cell.Json["attachments"] = new JsonObject { ["in.png"] = new JsonObject { ["image/png"] = "QUJD" } };
        string page = Page(Site("a.ipynb", null, cell));
        Assert.Contains("<td style=\"text-align: right;\">2</td>", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"math\">x_1^2 &lt; y_2*z*w</span>", page, StringComparison.Ordinal);
        Assert.Matches("<div class=\"math\">\\s*a_b &lt; c\\s*</div>", page);
        Assert.Contains("<img src=\"data:image/png;base64,cG5n\" alt=\"local\"", page, StringComparison.Ordinal);
        Assert.Contains("<img src=\"data:image/png;base64,QUJD\" alt=\"inside\"", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"gone.png\">gone</a>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_RichestFormat_IsShown()
    {
        string page = Page(Site("a.ipynb", null, Run(
            new DisplayOutput(
                MimeBundle.Of((MimeBundle.Plain, "plain1"), (MimeBundle.Html, "<p class=\"own\">html1</p>"), (MimeBundle.Png, "QUJD"))),
            new DisplayOutput(MimeBundle.Of((MimeBundle.Plain, "plain<2>"), (MimeBundle.Png, "REVG\n"))),
            new DisplayOutput(MimeBundle.Of((MimeBundle.Plain, "plain<3>"))),
            new StreamOutput("stdout", "\u001b[1;32mgreen\u001b[0m\n10 %\r20 %\n"),
            new StreamOutput("stderr", "warned"))));
        Assert.Contains("<p class=\"own\">html1</p>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("plain1", page, StringComparison.Ordinal);
        Assert.Contains("<img alt=\"plain&lt;2&gt;\" src=\"data:image/png;base64,REVG\"/>", page, StringComparison.Ordinal);
        Assert.Contains(">plain&lt;3&gt;</pre>", page, StringComparison.Ordinal);
        Assert.Contains(">green\n20 %</pre>", page, StringComparison.Ordinal);
        Assert.Contains("nb-stderr\" tabindex=\"0\">warned</pre>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_Error_IsShownMessageFirstAndInTheContents()
    {
        string page = Page(Site("a.ipynb", TimeSpan.FromSeconds(1), Run(), Run(
            new ErrorOutput("InvalidOperationException", "It <broke>.",
                ["It <broke>.", "InvalidOperationException in cell [2], line 1"]))));
        Assert.Contains("role=\"alert\"><strong>It &lt;broke&gt;.</strong><pre>InvalidOperationException in cell [2], line 1</pre>", page,
            StringComparison.Ordinal);
        Assert.Contains("failed in cell [2], 1.0 s", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_WithCharts_CarriesTheScriptOnce()
    {
        var chart = new Chart("c").Line("a", [1, 2, 3], [1, 4, 9]);
        NotebookCell cell = Run(
            new DisplayOutput(MimeBundle.Of((MimeBundle.Html, chart.ToHtml()))),
                new DisplayOutput(MimeBundle.Of((MimeBundle.Html, chart.ToHtml()))));
        string page = Page(Site("a.ipynb", null, cell));
        Assert.InRange(page.Length, PlotlyScript.Read().Length, (int)(1.3 * PlotlyScript.Read().Length));
        Assert.True(Page(Site("a.ipynb", null, Run())).Length < 100_000);
    }

    [Fact]
    public void Site_PagePerNotebook_SharesOneScriptAndLinksThePages()
    {
        var chart = new DisplayOutput(MimeBundle.Of((MimeBundle.Html, new Chart("c").Line("a", [1, 2], [1, 4]).ToHtml())));
        HtmlSite.WriteSite(
            [Site("01 data.ipynb", null, NotebookCell.Markdown("# One\n\n[two](02.ipynb)"), Run(chart)),
                Site("02.ipynb", null, NotebookCell.Markdown("# Two"))],
            _folder["site"], "Course");
        Assert.Equal(
            ["01-data.html", "02.html", "index.html", PlotlyScript.FileName],
            Directory.GetFiles(_folder["site"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string first = File.ReadAllText(_folder["site/01-data.html"]);
        Assert.Contains("<script src=\"plotly.min.js\">", first, StringComparison.Ordinal);
        Assert.Contains("<a href=\"02.html\">two</a>", first, StringComparison.Ordinal);
        Assert.Contains("<a href=\"02.html\">Two →</a>", first, StringComparison.Ordinal);
        Assert.Contains("<a href=\"01-data.html\">One</a>", File.ReadAllText(_folder["site/index.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Site_TwoOfOneName_IsRefused()
    {
        var error = Assert.Throws<InputException>(() => HtmlSite.WriteSite([Site("a.ipynb", null), Site("b/a.ipynb", null)], _folder["s"]));
        Assert.Contains("Two notebooks are named a", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var x = new List<int> { 1 }; // done",
        "<span class=\"k\">var</span> x = <span class=\"k\">new</span> <span class=\"t\">List</span>&lt;<span class=\"k\">int</span>&gt; "
        + "{ <span class=\"n\">1</span> }; <span class=\"c\">// done</span>")]
    [InlineData("#!import lab.csx\nRun(\"a\");",
        "<span class=\"d\">#!import lab.csx</span>\n<span class=\"m\">Run</span>(<span class=\"s\">&quot;a&quot;</span>);")]
    public void Highlight_Tokens_HaveTheirClasses(string source, string html)
    {
        Assert.Equal(html, CSharpHighlighter.ToHtml(source));
    }

    [Theory]
    [InlineData("var s = $\"{a:0.0} <b>\" + @\"x\n\"\"y\"\"\" + '\\'';\n\n/* two\nlines */ await F<int>(x => x?.Y);\n")]
    [InlineData("#r \"x.dll\"\n#if false\nnot code\n#endif\nvar r = \"\"\"\n  raw {\n  \"\"\";")]
    [InlineData("this is ( no C# at all $$ \u00e9\u4e2d")]
    [InlineData("")]
    public void Highlight_AnyText_KeepsEveryCharacter(string source)
    {
        Assert.Equal(source, WebUtility.HtmlDecode(Regex.Replace(CSharpHighlighter.ToHtml(source), "<[^>]+>", "")));
    }

    private static NotebookCell Run(params IEnumerable<CellOutput> outputs)
    {
        NotebookCell cell = NotebookCell.Code("1 + 1");
        cell.SetOutputs(outputs, 1);
        return cell;
    }

    private SiteNotebook Site(string name, TimeSpan? elapsed, params IEnumerable<NotebookCell> cells)
    {
        Notebook notebook = Notebook.Create();
        foreach (NotebookCell cell in cells)
        {
            notebook.Add(cell);
        }

        return new SiteNotebook(_folder[name], notebook, elapsed);
    }

    private string Page(params IReadOnlyList<SiteNotebook> notebooks)
    {
        HtmlSite.WritePage(notebooks, _folder["page.html"]);
        return File.ReadAllText(_folder["page.html"]);
    }
}
