using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Scripting;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Tests.Notebooks;

/// <summary>A value with every format, for cells to show.</summary>
public sealed class Shown(string name, int pngBytes) : IDisplayable
{
    public string ToHtml() => $"<p>{name}</p>";

    public byte[]? ToPng() => pngBytes < 0 ? null : new byte[pngBytes];

    public string ToText() => name;
}

public sealed class ScriptDisplayTests : IDisposable
{
    private const string Usings = "#r \"SuperRes.Lab.Tests.dll\"\nusing SuperRes.Lab.Show;\nusing SuperRes.Lab.Tests.Notebooks;";

    private readonly SessionHarness _cells = new(new ScriptSessionOptions { MaxPictureBytes = 100 });

    public void Dispose() => _cells.Dispose();

    [Fact]
    public async Task Display_AsLastExpression_ShowsTheValueAlone() =>
        Assert.Equal("3", Text(Assert.Single(await _cells.Outputs(Usings, "display(3)"))));

    [Fact]
    public async Task DisplayLive_Updated_TakesTheOldValuesPlace()
    {
        IReadOnlyList<CellOutput> outputs =
            await _cells.Outputs(Usings, "var update = ((object)1).DisplayLive();\nupdate(2);\n((object)3).DisplayLive();");
        Assert.Equal(["2", "3"], outputs.Select(Text));
    }

    [Fact]
    public async Task ReadLine_InACell_SaysWhatToDo() =>
        Assert.Contains("can't ask for input", (await _cells.Error("Console.ReadLine()")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Values_OfTheLibraryAndOfTorch_ShowThemselves()
    {
        IReadOnlyList<CellOutput> picture = await _cells.Outputs("new SuperRes.Lab.Imaging.RgbImage(4, 3)");
        Assert.StartsWith("<figure", Assert.IsType<DisplayOutput>(picture[0]).Data.Text(MimeBundle.Html), StringComparison.Ordinal);
        IReadOnlyList<CellOutput> tensor = await _cells.Outputs("TorchSharp.torch.tensor(new[] { 1f, 2f })");
        Assert.Contains("2", Text(tensor[0]), StringComparison.Ordinal);
        Assert.DoesNotContain("Tensor", Text(tensor[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_ManyLinesAtOnce_AreFewEvents()
    {
        IReadOnlyList<CellOutput> outputs = await _cells.Outputs("for (int i = 0; i < 20000; i++) Console.WriteLine(i);");
        Assert.Equal(20_000, Assert.IsType<StreamOutput>(Assert.Single(outputs)).Text.Count(c => c == '\n'));
        Assert.InRange(_cells.Live.Count, 1, 200);
    }

    [Fact]
    public async Task Display_EveryWay_ShowsInOrder()
    {
        IReadOnlyList<CellOutput> outputs = await _cells.Outputs(
            Usings, "display(1);\n\"two\".Display();\nConsole.Write(\"three\");\nHTML(\"<b>four</b>\").Display();\n5");
        Assert.Equal(5, outputs.Count);
        Assert.Equal("1", Text(outputs[0]));
        Assert.Equal("two", Text(outputs[1]));
        Assert.Equal(new StreamOutput("stdout", "three"), outputs[2]);
        Assert.Equal("<b>four</b>", ((DisplayOutput)outputs[3]).Data.Text(MimeBundle.Html));
        Assert.Equal("four", Text(outputs[3]));
        Assert.True(((DisplayOutput)outputs[4]).IsResult);
        Assert.False(((DisplayOutput)outputs[0]).IsResult);
    }

    [Fact]
    public async Task Display_Displayable_HasHtmlPngAndText()
    {
        var output = (DisplayOutput)Assert.Single(await _cells.Outputs(Usings, "new Shown(\"a\", 3)"));
        Assert.Equal("<p>a</p>", output.Data.Text(MimeBundle.Html));
        Assert.Equal("AAAA", output.Data.Text(MimeBundle.Png));
        Assert.Equal("a", output.Data.Text(MimeBundle.Plain));
        Assert.Equal(3, output.Data.Entries.Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public async Task Display_NoPictureOrOneTooLarge_LeavesItOut(int bytes)
    {
        var output = (DisplayOutput)Assert.Single(await _cells.Outputs(Usings, $"new Shown(\"a\", {bytes})"));
        Assert.Equal([MimeBundle.Html, MimeBundle.Plain], output.Data.Entries.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Display_ObjectWithToHtml_IsShownAsHtml()
    {
        var output = (DisplayOutput)Assert.Single(await _cells.Outputs(
            "class Mine { public string ToHtml() => \"<i>m</i>\"; public override string ToString() => \"m\"; }", "new Mine()"));
        Assert.Equal("<i>m</i>", output.Data.Text(MimeBundle.Html));
        Assert.Equal("m", output.Data.Text(MimeBundle.Plain));
    }

    [Fact]
    public async Task Display_ToHtmlThatThrows_IsTheCellsError()
    {
        CellError error =
            await _cells.Error("class Mine { public string ToHtml() => throw new Exception(\"no markup\"); }", "\nnew Mine()");
        Assert.Equal("no markup", error.Message);
    }

    [Fact]
    public async Task Update_InTheSameCell_ReplacesTheValue()
    {
        IReadOnlyList<CellOutput> outputs = await _cells.Outputs("var h = display(\"old\");\ndisplay(\"other\");\nh.Update(\"new\");");
        Assert.Equal(["new", "other"], outputs.Select(Text));
        Assert.Equal([false, false, true], _cells.Live.Select(e => e.IsUpdate));
        Assert.Equal("new", Text(_cells.Live[2].Output));
        Assert.Equal(((DisplayOutput)_cells.Live[0].Output).DisplayId, ((DisplayOutput)_cells.Live[2].Output).DisplayId);
    }

    [Fact]
    public async Task Update_FromALaterCell_ReplacesTheValueInTheFirst()
    {
        CellResult first = await _cells.Run("var h = display(1);");
        Assert.Empty(await _cells.Outputs("h.Update(2);"));
        Assert.Equal("2", Text(Assert.Single(first.Outputs)));
    }

    [Fact]
    public async Task Display_FromLibraryCode_ReachesTheCellAndNotTheTest()
    {
        Assert.Null(DisplayHook.Show);
        Assert.Equal("x", await _cells.Value("SuperRes.Lab.Show.DisplayExtensions.Display(\"x\");"));
        Assert.Null(DisplayHook.Show);
    }

    private static string? Text(CellOutput output) => ((DisplayOutput)output).Data.Text(MimeBundle.Plain);
}
