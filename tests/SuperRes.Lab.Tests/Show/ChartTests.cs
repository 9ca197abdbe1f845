using System.Text.Json;
using System.Xml.Linq;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Tests.Show;

public sealed class ChartTests
{
    public static TheoryData<string> Names() => [.. DisplaySamples.Charts().Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Png_OfEveryChart_HasTwiceTheSizeAndIsSmall(string name)
    {
        Chart chart = DisplaySamples.Charts().Single(c => c.Name == name).Chart;
        byte[] png = chart.ToPng()!;
        RgbImage image = DisplaySamples.Decode(png);
        Assert.Equal((chart.Width * 2, chart.Height * 2), (image.Width, image.Height));
        Assert.InRange(png.Length, 1000, 60_000);
        Assert.Equal([255, 255, 255], image.Pixels.AsSpan(0, 3).ToArray());
    }

    [Fact]
    public void Png_OfEqualCharts_IsEqual() => Assert.Equal(DisplaySamples.Curves().ToPng(), DisplaySamples.Curves().ToPng());

    [Fact]
    public void Png_OfALine_HasItsColourAndItsTitleDrawn()
    {
        RgbImage image = DisplaySamples.Decode(new Chart("Title").WithX("x").WithY("y").Line("a", [1, 2, 3], [1, 3, 2]).ToPng());
        int blue = Enumerable.Range(0, image.Width * image.Height)
            .Count(i => image.Pixels[i * 3] < 40 && image.Pixels[(i * 3) + 1] is > 90 and < 140 && image.Pixels[(i * 3) + 2] > 150);
        Assert.InRange(blue, 1000, 50_000);
        Assert.InRange(DisplaySamples.Ink(image, 20, 20, 120, 44), 100, 3000);
        Assert.Equal(0, DisplaySamples.Ink(image, 0, 0, image.Width, 10));
    }

    [Fact]
    public void Charts_BuiltFluently_LeaveTheEarlierOnesAsTheyWere()
    {
        Chart empty = new Chart("t").WithX("x");
        Chart filled = empty.Line("a", [1, 2]).WithX("other");
        Assert.Empty(empty.Series);
        Assert.Equal("x", empty.X.Label);
        Assert.Single(filled.Series);
    }

    [Fact]
    public void Lines_OfDifferentLengths_AreRefused()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new Chart().Line("loss", [1, 2, 3], [1, 2]));
        Assert.Contains("'loss' has 2 y values; 3 were expected", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bars_TogetherWithLines_AreRefused() =>
        Assert.Throws<InvalidOperationException>(() => DisplaySamples.Bars().Line("l", [1, 2]));

    [Fact]
    public void Grids_GivenData_RefuseIt()
    {
        Assert.Throws<InvalidOperationException>(() => DisplaySamples.Panels().Line("l", [1, 2]));
        Assert.Throws<ArgumentException>(() => Chart.Grid("t", 2, DisplaySamples.Panels()));
        Assert.Throws<ArgumentException>(() => Chart.Grid("t", 2));
    }

    [Fact]
    public void Figure_OfCurves_HoldsTheDataRoundedAndGapsAsNull()
    {
        JsonElement panel = Figure(DisplaySamples.Curves()).GetProperty("panels")[0].GetProperty("figure");
        JsonElement line = panel.GetProperty("data")[0];
        Assert.Equal("scatter", line.GetProperty("type").GetString());
        Assert.Equal([1e-5, 1e-4, 1e-3, 1e-2], line.GetProperty("x").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(3.12346, line.GetProperty("y")[0].GetDouble());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("y")[2].ValueKind);
        Assert.Equal("dash", panel.GetProperty("data")[1].GetProperty("line").GetProperty("dash").GetString());
        Assert.Equal("log", panel.GetProperty("layout").GetProperty("xaxis").GetProperty("type").GetString());
        Assert.Equal(2, panel.GetProperty("layout").GetProperty("shapes").GetArrayLength());
        Assert.Equal(-4, panel.GetProperty("layout").GetProperty("annotations").EnumerateArray().Single(
            a => a.GetProperty("text").GetString() == "steepest").GetProperty("x").GetDouble(), 9);
    }

    [Fact]
    public void Labels_OfStages_StandAfterTheirLinesAndAreTurnedInSmallPanels()
    {
        Chart stages = new Chart("stages").WithX("epoch").Line("loss", Enumerable.Range(1, 17).Select(i => 1.0 / i));
        foreach ((double at, string name) in new[] { (0.5, "64"), (5.5, "128"), (8.5, "256"), (11.5, "512"), (14.5, "unfrozen") })
        {
            stages = stages.VerticalLine(at, name);
        }

        JsonElement[] wide = Annotations(stages, 0), small = Annotations(Chart.Grid("all", 3, stages, stages, stages), 1);
        Assert.All(wide, label => Assert.Equal("left", label.GetProperty("xanchor").GetString()));
        Assert.All(wide, label => Assert.Equal(0, label.GetProperty("yshift").GetInt32()));
        Assert.All(small, label => Assert.Equal(-90, label.GetProperty("textangle").GetInt32()));
        JsonElement last = Annotations(new Chart().Line("y", [1, 2, 3, 4, 5, 6]).VerticalLine(5.9, "the last epoch"), 0).Single();
        Assert.Equal("right", last.GetProperty("xanchor").GetString());

        static JsonElement[] Annotations(Chart chart, int panel) => [.. Figure(chart).GetProperty("panels")[panel].GetProperty("figure")
            .GetProperty("layout").GetProperty("annotations").EnumerateArray()];
    }

    [Fact]
    public void Figure_OverThreeEpochs_HasNoTickBetweenThem()
    {
        JsonElement Axis(Chart chart) => Figure(chart).GetProperty("panels")[0].GetProperty("figure").GetProperty("layout")
            .GetProperty("xaxis");
        Assert.Equal(1, Axis(new Chart().Line("loss", [3, 2, 1])).GetProperty("dtick").GetInt32());
        Assert.False(Axis(new Chart().Line("loss", [0.5, 1, 1.5], [3, 2, 1])).TryGetProperty("dtick", out _));
    }

    [Fact]
    public void Figure_OfBarsAndBoxes_HoldsCategoriesErrorsAndQuartiles()
    {
        JsonElement bars = Figure(DisplaySamples.Bars()).GetProperty("panels")[0].GetProperty("figure");
        Assert.Equal(["nearest", "ours"], bars.GetProperty("data")[0].GetProperty("x").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal([0.5, 0.4], bars.GetProperty("data")[0].GetProperty("error_y").GetProperty("array").EnumerateArray().Select(
            v => v.GetDouble()));
        Assert.Equal("PSNR (dB)", bars.GetProperty("layout").GetProperty("yaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal(20, bars.GetProperty("layout").GetProperty("yaxis").GetProperty("range")[0].GetDouble());
        JsonElement box = Figure(DisplaySamples.Boxes()).GetProperty("panels")[0].GetProperty("figure").GetProperty("data")[0];
        Assert.Equal([2.0, 5.5], box.GetProperty("q1").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal([4.0, 7.0], box.GetProperty("upperfence").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(50, box.GetProperty("y")[0][1].GetDouble());
    }

    [Fact]
    public void Figure_OfTwoAxesAndPanels_NamesThem()
    {
        JsonElement schedule = Figure(DisplaySamples.Schedule()).GetProperty("panels")[0].GetProperty("figure");
        Assert.Equal("y2", schedule.GetProperty("data")[1].GetProperty("yaxis").GetString());
        Assert.Equal("right", schedule.GetProperty("layout").GetProperty("yaxis2").GetProperty("side").GetString());
        JsonElement panels = Figure(DisplaySamples.Panels());
        Assert.Equal(
            ["pixel", "feat", "gram"], panels.GetProperty("panels").EnumerateArray().Select(p => p.GetProperty("title").GetString()));
        Assert.Equal(2, panels.GetProperty("legend").GetArrayLength());
    }

    [Fact]
    public void Figure_OfNamesWithTags_KeepsThemText()
    {
        JsonElement data = Figure(new Chart().Line("<b>x</b> & y", [1, 2])).GetProperty("panels")[0].GetProperty("figure")
            .GetProperty("data");
        Assert.Equal("&lt;b&gt;x&lt;/b&gt; &amp; y", data[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Html_OfAChart_HasThePictureTheFigureAndNoPlotlyScript()
    {
        XElement root = DisplaySamples.Parse(DisplaySamples.Curves().ToHtml());
        Assert.Equal("srl-chart", (string?)root.Attribute("class"));
        Assert.Single(root.Elements("img"));
        string json = root.Elements("script").Single(s => (string?)s.Attribute("type") == "application/json").Value;
        using JsonDocument figure = JsonDocument.Parse(json);
        Assert.StartsWith("Finder", figure.RootElement.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.InRange(DisplaySamples.Curves().ToHtml().Length, 5000, 100_000);
        Assert.Empty(root.Elements("p"));
    }

    [Fact]
    public void Loader_InPages_NeverAsksTheNetworkForAnUncheckedFile()
    {
        string script = ChartLoader.Script("0123");
        Assert.Contains("[['plotly.min.js'],['https://cdn.jsdelivr.net/npm/plotly.js-dist-min@" + PlotlyScript.Version
            + "/plotly.min.js','sha384-", script, StringComparison.Ordinal);
        Assert.DoesNotContain('<', script);
        Assert.DoesNotContain('&', script);
    }

    [Fact]
    public void Text_OfACategoryChart_NamesEveryValue() =>
        Assert.Contains("DIV2K: nearest 26.1, ours 31.7", DisplaySamples.Bars().ToText(), StringComparison.Ordinal);

    [Fact]
    public void Boxes_OfASample_FollowTukey()
    {
        BoxSummary summary = BoxSummary.Of([4, 1, 3, 2, 50]);
        Assert.Equal(
            (1, 2, 3, 4, 4), (summary.LowerWhisker, summary.LowerQuartile, summary.Median, summary.UpperQuartile, summary.UpperWhisker));
        Assert.Equal([50.0], summary.Outliers);
    }

    [Fact]
    public void Colours_OfPanels_AreTheSameForTheSameName()
    {
        IReadOnlyList<IReadOnlyList<string>> colors =
            Palette.Assign([new Chart().Line("train", [1]).Line("valid", [1]), new Chart().Line("valid", [1])]);
        Assert.Equal(colors[0][1], colors[1][0]);
        Assert.NotEqual(colors[0][0], colors[0][1]);
    }

    private static JsonElement Figure(Chart chart)
    {
        using JsonDocument document = JsonDocument.Parse(ChartHtml.FigureJson(chart));
        return document.RootElement.Clone();
    }
}
