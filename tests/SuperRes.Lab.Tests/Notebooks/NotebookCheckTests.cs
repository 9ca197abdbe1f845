using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Checking;
using SuperRes.Lab.Notebooks.Running;

namespace SuperRes.Lab.Tests.Notebooks;

[Collection("notebook runs")]
public sealed class NotebookCheckTests
{
    private static readonly NotebookCheckOptions Clean = new() { RequireOutputs = false, PrivateNames = ["wintermute"] };

    [Theory]
    [InlineData("display(1);", 1, "display(x)")]
    [InlineData("var x = 1;\nHTML(\"<b>\")", 2, "HTML(")]
    [InlineData("using var s = new System.IO.MemoryStream();", 1, "using var fails")]
    [InlineData("1.ToString();\nusing System.IO.MemoryStream s = new();", 2, "using var fails")]
    [InlineData("\nnamespace A { class B { } }", 2, "namespace")]
    [InlineData("static class E\n{\n    public static int Two(this int x) => 2;\n}", 3, "extension method")]
    [InlineData("Span<int> s = new int[3];", 1, "Span")]
    [InlineData("var s = stackalloc int[3];", 1, "Span")]
    [InlineData("Console.Error.WriteLine(\"x\");", 1, "stderr")]
    [InlineData("System.Console.SetError(null);", 1, "stderr")]
    [InlineData("#r \"../x.dll\"", 1, "#r belongs in lab.csx")]
    [InlineData("// a\n#r \"/home/me/x.dll\"", 2, "#r belongs in lab.csx")]
    [InlineData("#r \"nuget: X\"", 1, "#r belongs in lab.csx")]
    [InlineData("#load \"x.csx\"", 1, "#load")]
    [InlineData("#!time\n1", 1, "#!time")]
    [InlineData("var x = 1;\n#!import \"lab.csx\"", 2, "without quotes")]
    [InlineData("var x = 1;\nx.Display()", 2, "shows the value twice")]
    [InlineData("var x = ;", 1, "CS1525")]
    public void Check_ForbiddenConstruct_IsFoundWithItsLine(string source, int line, string message)
    {
        NotebookFinding finding = Assert.Single(NotebookCheck.Check(With(source), Clean));
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
        Assert.Equal((2, line), (finding.Cell!.Value, finding.Line!.Value));
    }

    [Theory]
    [InlineData("var x = 1;\nx.Display();\nx")]
    [InlineData("{\n    using var s = new System.IO.MemoryStream();\n}")]
    [InlineData("void F()\n{\n    using var s = new System.IO.MemoryStream();\n    Span<int> t = stackalloc int[3];\n}")]
    [InlineData("class A { public int display(int x) => x; }\nvar y = new A().display(1);")]
    [InlineData("// display(1) and namespace\nvar s = \"HTML(1)\\n#r\";\nawait Task.Delay(1);\nConsole.WriteLine(s);")]
    [InlineData("using System.Text;\nstatic int Two(int x) => 2;")]
    [InlineData("#!import lab.csx\nvar a = 1;")]
    public void Check_PortableCode_PassesClean(string source)
    {
        Assert.Empty(NotebookCheck.Check(With(source), Clean));
    }

    [Theory]
    [InlineData("probing http://192.168.1.7:1024/ and fe80::1ff:fe23:4567:890a", "192.168.1.7")]
    [InlineData("at fe80::1ff:fe23:4567:890a now", "fe80::1ff:fe23:4567:890a")]
    [InlineData("version 1.0.712.1, 30.84 dB, 2.10.0, 127.0.0.1", null)]
    public void Check_NetworkAddress_IsFound(string text, string? found)
    {
        IEnumerable<NotebookFinding> findings = NotebookCheck.Check(Showing(MimeBundle.Of((MimeBundle.Plain, text))), Clean);
        Assert.Equal(
            found is null ? [] : [$"the output holds the network address {found}"], findings.Select(finding => finding.Message));
    }

    [Fact]
    public void Check_EmptyPictureOrNoText_IsFound()
    {
        MimeBundle data = MimeBundle.Of((MimeBundle.Html, "<b>1</b>"), (MimeBundle.Png, ""));
        string[] findings = [.. NotebookCheck.Check(Showing(data), Clean).Select(finding => finding.Message)];
        Assert.Contains(findings, message => message.Contains("image/png is empty", StringComparison.Ordinal));
        Assert.Contains(findings, message => message.Contains("no text/plain", StringComparison.Ordinal));
        Assert.Equal(2, findings.Length);
    }

    [Fact]
    public void Check_OutputOfTheImport_IsFoundAndCleanTakesItAway()
    {
        Notebook notebook = Notebook.Create().Add(NotebookCell.Code("#!import lab.csx"));
        notebook.Cells[0].SetOutputs([new StreamOutput("stdout", "telemetry")], 1);
        NotebookFinding finding = Assert.Single(NotebookCheck.Check(notebook, Clean));
        Assert.Contains("the import shows something", finding.Message, StringComparison.Ordinal);
        Assert.Empty(NotebookCheck.Check(NotebookClean.WithoutOutputs(notebook), Clean));
    }

    [Fact]
    public void Check_FirstCell_MustBeTheImportAlone()
    {
        const string message = "the first cell must be code and hold only #!import lab.csx";
        Assert.Empty(NotebookCheck.Check(Notebook.Create().Add(NotebookCell.Code("#!import lab.csx")), Clean));
        Assert.Equal(message, Assert.Single(NotebookCheck.Check(Notebook.Create(), Clean)).ToString());
        Assert.Equal(message, Assert.Single(
            NotebookCheck.Check(Notebook.Create().Add(NotebookCell.Code("#!import lab.csx\nvar x = 1;")), Clean)).ToString());
        Assert.Equal(message, Assert.Single(
            NotebookCheck.Check(Notebook.Create().Add(NotebookCell.Markdown("#!import lab.csx")), Clean)).ToString());
    }

    [Theory]
    [InlineData("saved to /home/ann/runs/x.png.", "/home/ann/runs/x.png.")]
    [InlineData("/tmp/abc", "/tmp/abc")]
    [InlineData("see (/scratch/lab/x)", "/scratch/lab/x")]
    [InlineData("at C:\\Users\\ann\\x.png", "C:\\Users\\ann\\x.png")]
    [InlineData("file:///home/ann", "file:///home/ann")]
    public void Check_AbsolutePathInOutput_IsFound(string text, string path)
    {
        foreach (CellOutput output in new CellOutput[] { new StreamOutput("stdout", text),
            new DisplayOutput(MimeBundle.Of(("text/html", $"<p>{text}</p>"), ("text/plain", "x"))) })
        {
            Notebook notebook = With("1");
            notebook.Cells[1].SetOutputs([output], 2);
            string message = Assert.Single(NotebookCheck.Check(notebook, Clean)).ToString();
            Assert.StartsWith($"cell [2]: the output holds the absolute path {path}", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("runs/quick/x.png, 3/4, https://example.org/home/x, a/data/b and/or <b>x</b></p>")]
    [InlineData("<img src=\"data:image/png;base64,AA/tmp/AAAA/home/xx==\"/>")]
    public void Check_RelativePathsAndPictures_AreFine(string text)
    {
        Notebook notebook = With("1");
        MimeBundle data = MimeBundle.Of(("text/html", text), ("image/png", "/tmp/xxxx"), ("text/plain", "x"));
        notebook.Cells[1].SetOutputs([new DisplayOutput(data)], 2);
        Assert.Empty(NotebookCheck.Check(notebook, Clean));
    }

    [Fact]
    public void Check_MachineName_IsFoundAsAWord()
    {
        Notebook notebook = With("1");
        notebook.Cells[1].SetOutputs([new StreamOutput("stdout", "on Wintermute, 2 cores")], 2);
        Assert.Contains("the name wintermute", Assert.Single(NotebookCheck.Check(notebook, Clean)).Message, StringComparison.Ordinal);
        notebook.Cells[1].SetOutputs([new StreamOutput("stdout", "wintermutes")], 2);
        Assert.Empty(NotebookCheck.Check(notebook, Clean));
    }

    [Fact]
    public void Check_ErrorOutput_IsFound()
    {
        Notebook notebook = With("1");
        notebook.Cells[1].SetOutputs([new ErrorOutput("E", "broke", [])], 2);
        Assert.Contains("(E: broke)", Assert.Single(NotebookCheck.Check(notebook, Clean)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_LargeFile_IsFound()
    {
        Assert.Contains("at most 100 are wanted", Assert.Single(NotebookCheck.Check(With("1"), Clean with { MaxBytes = 100 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_AfterARun_PassesUntilCodeChanges()
    {
        using var folder = new TempFolder();
        folder.Write("lab.csx", "using System;");
        string path = folder["a.ipynb"];
        With("var x = 1;").Add(NotebookCell.Code("x")).Add(NotebookCell.Markdown("prose")).Write(path);
        Assert.Contains("no record of a complete run", Assert.Single(NotebookCheck.Check(path)).Message, StringComparison.Ordinal);

        await NotebookRunner.RunAsync(
            [path], new NotebookRunOptions { OutputFolder = folder.Path }, null, TestContext.Current.CancellationToken);
        Assert.Empty(NotebookCheck.Check(path));

        Notebook changed = Notebook.Read(path);
        changed.Cells[3].Source = "other prose";
        Assert.Empty(NotebookCheck.Check(changed));
        changed.Cells[1].Source = "var x = 2;";
        NotebookFinding finding = Assert.Single(NotebookCheck.Check(changed));
        Assert.Equal(2, finding.Cell);
        Assert.Contains("changed since", finding.Message, StringComparison.Ordinal);

        Notebook longer = Notebook.Read(path).Add(NotebookCell.Code("1"));
        Assert.Contains("added or removed", Assert.Single(NotebookCheck.Check(longer)).Message, StringComparison.Ordinal);

        Notebook emptied = Notebook.Read(path);
        emptied.Cells[2].ClearOutputs();
        Assert.Equal(3, Assert.Single(NotebookCheck.Check(emptied)).Cell);
    }

    [Fact]
    public async Task Check_AfterAFailedRun_HasNoRecord()
    {
        using var folder = new TempFolder();
        folder.Write("lab.csx", "using System;");
        string path = folder["a.ipynb"];
        With("throw new Exception(\"x\");").Write(path);
        await NotebookRunner.RunAsync(
            [path], new NotebookRunOptions { OutputFolder = folder.Path }, null, TestContext.Current.CancellationToken);
        Assert.Equal(2, NotebookCheck.Check(path).Count);
    }

    [Fact]
    public async Task Clean_AfterARun_GivesTheNotebookBackByteForByte()
    {
        using var folder = new TempFolder();
        folder.Write("lab.csx", "using System;");
        string path = folder["a.ipynb"];
        With("Console.WriteLine(1);").Write(path);
        await NotebookRunner.RunAsync(
            [path], new NotebookRunOptions { OutputFolder = folder["out"] }, null, TestContext.Current.CancellationToken);
        NotebookClean.Write(folder["out/a.ipynb"], folder["clean.ipynb"]);
        Assert.NotEqual(File.ReadAllText(path), File.ReadAllText(folder["out/a.ipynb"]));
        Assert.Equal(File.ReadAllText(path), File.ReadAllText(folder["clean.ipynb"]));
    }

    private static Notebook Showing(MimeBundle data)
    {
        Notebook notebook = With("1");
        notebook.Cells[1].SetOutputs([new DisplayOutput(data)], 1);
        return notebook;
    }

    private static Notebook With(string source) =>
        Notebook.Create().Add(NotebookCell.Code(NotebookCheck.FirstCell)).Add(NotebookCell.Code(source));
}
