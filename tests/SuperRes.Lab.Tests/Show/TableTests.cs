using System.Xml.Linq;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Tests.Show;

public sealed class TableTests
{
    private static Table Sample() => new Table(
        ["model", "parameters", "PSNR (dB)", "SSIM"],
        [["bicubic", 0, 33.6601, 0.92991], ["ours <2>", 1204233, 36.43, 0.9542], ["a|b", 41229213, double.NaN, null]],
        "Set5").WithBest("PSNR (dB)", BestValue.Highest).WithBest("SSIM", BestValue.Lowest);

    [Fact]
    public void Text_OfATable_IsAligned() => Assert.Equal("""
        Set5
        model     parameters  PSNR (dB)    SSIM
        --------  ----------  ---------  ------
        bicubic            0      33.66  0.9299
        ours <2>   1,204,233      36.43  0.9542
        a|b       41,229,213          –
        """.ReplaceLineEndings("\n"), Sample().ToText());

    [Fact]
    public void Markdown_OfATable_EscapesAndSetsTheBestInBold() => Assert.Equal("""
        | model | parameters | PSNR (dB) | SSIM |
        | --- | ---: | ---: | ---: |
        | bicubic | 0 | 33.66 | **0.9299** |
        | ours &lt;2> | 1,204,233 | **36.43** | 0.9542 |
        | a\|b | 41,229,213 | – |  |
        """.ReplaceLineEndings("\n"), Sample().ToMarkdown());

    [Fact]
    public void Best_OfInfiniteAndFiniteValues_IsTheInfinite()
    {
        string text = new Table(["method", "dB"], [["input", double.PositiveInfinity], ["model", 38.77], ["none", double.NaN]])
            .WithBest("dB", BestValue.Highest).ToMarkdown();
        Assert.Contains("**∞**", text, StringComparison.Ordinal);
        Assert.DoesNotContain("**38.77**", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_OfATable_HasFullPrecisionAndQuotes()
    {
        Assert.Equal("model,parameters,PSNR (dB),SSIM\nbicubic,0,33.6601,0.92991\nours <2>,1204233,36.43,0.9542\na|b,41229213,NaN,\n",
            Sample().ToCsv());
        Assert.Equal("\"a,b\"\n\"say \"\"x\"\"\"\n", new Table(["a,b"], [["say \"x\""]]).ToCsv());
    }

    [Fact]
    public void Html_OfATable_SetsNumbersRightAndTheBestInBold()
    {
        XElement root = DisplaySamples.Parse(Sample().ToHtml());
        Assert.Equal(["36.43", "0.9299"], root.Descendants("b").Select(b => b.Value).Order().Reverse());
        Assert.Contains("text-align:right", (string?)root.Descendants("td").ElementAt(2).Attribute("style"), StringComparison.Ordinal);
        Assert.Contains("text-align:left", (string?)root.Descendants("td").First().Attribute("style"), StringComparison.Ordinal);
        Assert.Equal("Set5", root.Descendants("caption").Single().Value);
    }

    [Fact]
    public void Html_OfShortAndLongValues_BreaksTheLongAlone()
    {
        XElement root = DisplaySamples.Parse(new Table(["size", "part"], [["256 → 512", "decoder: pixel shuffle to full size"]]).ToHtml());
        Assert.Equal([true, false],
            root.Descendants("td").Select(td => ((string)td.Attribute("style")!).Contains("nowrap", StringComparison.Ordinal)));
    }

    [Fact]
    public void Formats_AskedFor_AreUsed() =>
        Assert.Contains("33.7", Sample().WithFormat("PSNR (dB)", "0.0").ToText(), StringComparison.Ordinal);

    [Fact]
    public void Columns_ThatAreNot_AreNamed()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => Sample().WithFormat("PSNR", "0"));
        Assert.Contains("There is no column 'PSNR'; the columns are model, parameters", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Table(["a", "b"], [[1]]));
    }

    [Theory]
    [InlineData(1e-5, 3e-6, "1.00e-5")]
    [InlineData(1234.5, 2.25, "1,235")]
    [InlineData(0.05, 0.01, "0.05000")]
    [InlineData(12.0, 3.0, "12")]
    [InlineData(-2.5, 1.0, "−2.500")]
    [InlineData(double.PositiveInfinity, 1.5, "∞")]
    public void Numbers_OfAColumn_ShareAFormatThatFits(double first, double second, string expected) =>
        Assert.Equal(expected, new Table(["v"], [[first], [second]]).ToText().Split('\n')[2].Trim());

    [Fact]
    public void Tables_MadeOfItems_HaveAColumnPerSelector() =>
        Assert.Equal("n,square\n2,4\n3,9\n", Table.Of([2, 3], ("n", n => n), ("square", n => n * n)).ToCsv());
}
