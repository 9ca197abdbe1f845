using System.Xml;
using System.Xml.Linq;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Tests.Show;

public sealed class HtmlPageTests
{
    [Fact]
    public void Page_WithAllKinds_IsWellFormedAndAsksForNoFile()
    {
        string html = HtmlPage.Wrap(DisplaySamples.Nasty, string.Concat(DisplaySamples.All().Select(v => v.Value.ToHtml())));
        using var reader =
            XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        XDocument page = XDocument.Load(reader);
        Assert.Equal(DisplaySamples.Nasty, page.Descendants("title").Single().Value);
        Assert.Equal("none",
            (string?)page.Descendants("meta").Single(m => (string?)m.Attribute("name") == "superres-plotly").Attribute("content"));
        Assert.Empty(page.Descendants("link"));
        Assert.DoesNotContain(page.Descendants("script"), s => s.Attribute("src") is not null);
        Assert.Contains("prefers-color-scheme:dark", html, StringComparison.Ordinal);
        Assert.Contains("width=device-width", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_WithCharts_CarriesPlotlyOnceOrRefersToItsFile()
    {
        string embedded = HtmlPage.Wrap("t", "", includePlotly: true);
        Assert.Contains("plotly.js v" + PlotlyScript.Version, embedded, StringComparison.Ordinal);
        Assert.Equal(1, embedded.Split("</script>").Length - 1);
        string referring = HtmlPage.Wrap("t", "", includePlotly: true, plotlyUrl: "plotly.min.js");
        Assert.Contains("<script src=\"plotly.min.js\"></script>", referring, StringComparison.Ordinal);
        Assert.InRange(referring.Length, 500, 20_000);
    }

    [Fact]
    public void Script_WrittenToAFolder_IsTheWholeFile()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("superres-plotly-");
        try
        {
            string path = PlotlyScript.WriteTo(folder.FullName);
            Assert.Equal(PlotlyScript.FileName, Path.GetFileName(path));
            DateTime written = File.GetLastWriteTimeUtc(path);
            Assert.Equal(PlotlyScript.Read(), File.ReadAllText(path));
            PlotlyScript.WriteTo(folder.FullName);
            Assert.Equal(written, File.GetLastWriteTimeUtc(path));
            Assert.StartsWith("2.", PlotlyScript.Version, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("a<b>&\"c\"'d'", "a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#39;")]
    [InlineData(null, "")]
    public void Escape_OfAnyText_LeavesNothingThatMarkupCantHold(string? text, string expected) =>
        Assert.Equal(expected, Markup.Escape(text));

    [Fact]
    public void Escape_OfCharactersThatMarkupCantHold_LeavesThemOut() =>
        Assert.Equal("tab\tand bell \ud83d\ude00 ", Markup.Escape("tab\tand \u0001bell \ud83d\ude00 \ud800"));

    [Fact]
    public void Letters_WithoutSystemFonts_AreInTheLibrary()
    {
        Assert.Equal("Inter", Typefaces.Regular.FamilyName);
        Assert.True(Typefaces.Regular.ContainsGlyphs("PSNR (dB) 10⁻⁵ ≤ × · − äßéλΔ…"));
        Assert.True(Typefaces.SemiBold.ContainsGlyphs("Learning rate finder ×2"));
        Assert.InRange(TextDrawing.Measure("Hello dB", 20), 60, 110);
    }

    [Fact]
    public void Lines_TooLongForTheirPlace_AreBrokenAndCut()
    {
        IReadOnlyList<string> lines = TextDrawing.Wrap("a title that is far too long for the place that it has been given", 120, 14);
        Assert.Equal(2, lines.Count);
        Assert.EndsWith("…", lines[1], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.True(TextDrawing.Measure(line, 14) <= 120));
        Assert.Equal(["short"], TextDrawing.Wrap("short", 120, 14));
    }
}
