using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Running;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Tests.Notebooks;

/// <summary>Runs change the working folder and the environment of the process, so they have it for themselves.</summary>
[CollectionDefinition("notebook runs", DisableParallelization = true)]
public sealed class NotebookRuns;

[Collection("notebook runs")]
public sealed class NotebookRunnerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_TwoNotebooks_WritesExecutedCopies()
    {
        string first = Write("01.ipynb", "# One", "var x = 2;", "x * 21");
        string second = Write("02.ipynb", "# Two", "Console.WriteLine(\"hello\");");
        NotebookRunReport report = await Run([first, second], new NotebookRunOptions { OutputFolder = _folder["out/deep"] });
        Assert.True(report.Succeeded);
        Assert.Equal([2, 1], report.Notebooks.Select(n => n.CellsRun));

        Notebook executed = Notebook.Read(_folder["out/deep/01.ipynb"]);
        NotebookCell[] cells = [.. executed.CodeCells];
        Assert.Equal([1, 2], cells.Select(c => c.ExecutionCount));
        Assert.Empty(cells[0].Outputs);
        Assert.Equal("42", ((DisplayOutput)cells[1].Outputs[0]).Data.Text(MimeBundle.Plain));
        Assert.Equal(new StreamOutput("stdout", "hello\n"), Notebook.Read(_folder["out/deep/02.ipynb"]).CodeCells.Single().Outputs[0]);
        Assert.Null(Notebook.Read(first).CodeCells.Last().ExecutionCount);
        Assert.Equal(
            ["01.ipynb", "02.ipynb"], Directory.GetFiles(_folder["out/deep"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_EachNotebook_HasASessionOfItsOwn()
    {
        string first = Write("01.ipynb", "var secret = 1;");
        string second = Write("02.ipynb", "secret");
        NotebookRunReport report = await Run([first, second]);
        Assert.Equal([NotebookRunStatus.Completed, NotebookRunStatus.Failed], report.Notebooks.Select(n => n.Status));
        Assert.StartsWith("CS0103", report.Notebooks[1].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CellThatThrows_StopsKeepsOutputsAndNamesThePlace()
    {
        string first = Write("01.ipynb", "# One", "Console.WriteLine(\"before\");", "\n\nthrow new Exception(\"here\");",
            "Console.WriteLine(\"after\");");
        string second = Write("02.ipynb", "1");
        NotebookRunReport report = await Run([first, second], new NotebookRunOptions { OutputFolder = _folder["out"] });
        Assert.False(report.Succeeded);
        Assert.False(report.Interrupted);
        Assert.Equal([NotebookRunStatus.Failed, NotebookRunStatus.NotRun], report.Notebooks.Select(n => n.Status));
        Assert.Equal("cell [2], line 3", report.Notebooks[0].Error!.Place);
        Assert.Equal(2, report.Notebooks[0].CellsRun);
        Assert.False(File.Exists(_folder["out/02.ipynb"]));

        NotebookCell[] cells = [.. Notebook.Read(_folder["out/01.ipynb"]).CodeCells];
        Assert.Equal(new StreamOutput("stdout", "before\n"), cells[0].Outputs.Single());
        Assert.Equal("here", ((ErrorOutput)cells[1].Outputs.Single()).Message);
        Assert.Null(cells[2].ExecutionCount);
        Assert.Empty(cells[2].Outputs);
    }

    [Fact]
    public async Task Run_KeepGoing_RunsTheNextNotebookAfterAFailure()
    {
        string first = Write("01.ipynb", "throw new Exception(\"here\");");
        string second = Write("02.ipynb", "1");
        NotebookRunReport report = await Run([first, second], new NotebookRunOptions { KeepGoing = true });
        Assert.Equal([NotebookRunStatus.Failed, NotebookRunStatus.Completed], report.Notebooks.Select(n => n.Status));
        Assert.False(report.Succeeded);
    }

    [Fact]
    public async Task Run_StaleOutputs_AreTakenAway()
    {
        Notebook notebook = Notebook.Create().Add(NotebookCell.Code("throw new Exception();")).Add(NotebookCell.Code("1"));
        notebook.Cells[1].SetOutputs([new StreamOutput("stdout", "old")], 9);
        notebook.Write(_folder["a.ipynb"]);
        NotebookRunReport report = await Run([_folder["a.ipynb"]]);
        Assert.Empty(report.Notebooks[0].Executed.Cells[1].Outputs);
    }

    [Fact]
    public async Task Run_EnvironmentAndFolder_AreSetAndRestored()
    {
        _folder.Write("sub/data.txt", "found");
        _folder.Write("sub/lab.csx", "int imported = 1;");
        string path = Write("sub/a.ipynb", "#!import lab.csx",
            "Environment.GetEnvironmentVariable(\"NB_PROBE\") + System.IO.File.ReadAllText(\"data.txt\") + imported");
        string before = Directory.GetCurrentDirectory();
        NotebookRunReport report =
            await Run([path], new NotebookRunOptions { Parameters = new Dictionary<string, string> { ["NB_PROBE"] = "set " } });
        Assert.Equal("set found1", ((DisplayOutput)report.Notebooks[0].Executed.Cells[1].Outputs.Single()).Data.Text(MimeBundle.Plain));
        Assert.Null(Environment.GetEnvironmentVariable("NB_PROBE"));
        Assert.Equal(before, Directory.GetCurrentDirectory());
    }

    [Fact]
    public async Task Run_Console_IsRestored()
    {
        TextWriter before = Console.Out;
        await Run([Write("a.ipynb", "Console.WriteLine(1);")]);
        Assert.Same(before, Console.Out);
    }

    [Fact]
    public async Task Run_Progress_TellsEverythingInOrder()
    {
        var events = new List<NotebookEvent>();
        string path = Write("a.ipynb", "Console.WriteLine(\"1\");", "\n\n", "2");
        await NotebookRunner.RunAsync([path], null, events.Add, TestContext.Current.CancellationToken);
        Assert.Equal(
            [
                "NotebookStarted", "CellStarted", "CellProducedOutput", "CellFinished", "CellStarted", "CellFinished", "CellStarted",
                "CellProducedOutput", "CellFinished", "NotebookFinished",
            ],
            events.Select(e => e.GetType().Name));
        Assert.Equal(3, Assert.IsType<NotebookStarted>(events[0]).Cells);
        Assert.Equal([1, 2, 3], events.OfType<CellFinished>().Select(e => e.Cell));
        Assert.Equal(events.Select(e => e.Elapsed).Order(), events.Select(e => e.Elapsed));
    }

    [Fact]
    public async Task Run_UpdateFromALaterCell_IsStoredInTheFirst()
    {
        NotebookRunReport report = await Run([Write("a.ipynb", "var h = display(\"old\");", "h.Update(\"new\");")]);
        Assert.Equal("new", ((DisplayOutput)report.Notebooks[0].Executed.Cells[0].Outputs.Single()).Data.Text(MimeBundle.Plain));
    }

    [Fact]
    public async Task Run_Memory_IsMeasuredAndReleasedBetweenNotebooks()
    {
        string first =
            Write("01.ipynb", "var big = new byte[300_000_000];\nArray.Fill(big, (byte)1);", "System.Threading.Thread.Sleep(300);");
        string second = Write("02.ipynb", "1");
        NotebookRunReport report = await Run([first, second]);
        Assert.InRange(report.Notebooks[0].PeakManagedBytes, 300_000_000, long.MaxValue);
        Assert.InRange(report.Notebooks[0].PeakResidentBytes, 300_000_000, long.MaxValue);
        Assert.InRange(report.Notebooks[1].PeakManagedBytes, 1, report.Notebooks[0].PeakManagedBytes - 250_000_000);
    }

    [Fact]
    public async Task Run_Cancelled_EndsTheCellKeepsOutputsAndTheRest()
    {
        using var stop = new CancellationTokenSource();
        string first = Write("01.ipynb", "Console.WriteLine(\"begun\");\nawait Task.Delay(-1, SuperRes.Lab.Interruption.Token);");
        string second = Write("02.ipynb", "1");
        NotebookRunReport report = await NotebookRunner.RunAsync(
            [first, second],
            new NotebookRunOptions { OutputFolder = _folder["out"], KeepGoing = true },
            e =>
            {
                if (e is CellProducedOutput)
                {
                    stop.Cancel();
                }
            },
            stop.Token);
        Assert.True(report.Interrupted);
        Assert.Equal([NotebookRunStatus.Failed, NotebookRunStatus.NotRun], report.Notebooks.Select(n => n.Status));
        Assert.Equal(CellErrorKind.Interrupted, report.Notebooks[0].Error!.Kind);
        Assert.Equal(new StreamOutput("stdout", "begun\n"), Notebook.Read(_folder["out/01.ipynb"]).Cells[0].Outputs[0]);
    }

    [Fact]
    public async Task Run_TimeLimit_FailsTheNotebook()
    {
        NotebookRunReport report = await Run(
            [Write("a.ipynb", "1", "await Task.Delay(-1, SuperRes.Lab.Interruption.Token);")],
            new NotebookRunOptions { Cells = new ScriptSessionOptions { CellTimeLimit = TimeSpan.FromSeconds(3) } });
        Assert.Equal(CellErrorKind.TimeLimit, report.Notebooks[0].Error!.Kind);
        Assert.False(report.Interrupted);
    }

    [Fact]
    public async Task Run_BadFileAmongGoodOnes_IsToldBeforeAnythingRuns()
    {
        string good = Write("good.ipynb", "System.IO.File.WriteAllText(\"ran\", \"\");");
        string bad = _folder.Write("bad.ipynb", "{");
        var error = await Assert.ThrowsAsync<InputException>(() => Run([good, bad]));
        Assert.Contains("bad.ipynb", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["ran"]));
    }

    [Fact]
    public async Task Run_NotebookOfAnotherLanguage_IsRefused()
    {
        string python = _folder.Write("p.ipynb", """{"cells":[],"metadata":{"kernelspec":{"language":"python","name":"python3"}},"nbformat":4,"nbformat_minor":5}""");
        Assert.Contains("is a notebook for python", (await Assert.ThrowsAsync<InputException>(() => Run([python]))).Message,
            StringComparison.Ordinal);
        Notebook mixed = Notebook.Create().Add(NotebookCell.Code("let x = 1"));
        mixed.Cells[0].Metadata["polyglot_notebook"] = new System.Text.Json.Nodes.JsonObject { ["kernelName"] = "fsharp" };
        mixed.Write(_folder["m.ipynb"]);
        Assert.Contains("has a cell in fsharp", (await Assert.ThrowsAsync<InputException>(() => Run([_folder["m.ipynb"]]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TwoOfOneName_IsRefused()
    {
        string[] paths = [Write("a/x.ipynb", "1"), Write("b/x.ipynb", "1")];
        var error = await Assert.ThrowsAsync<InputException>(() => Run(paths, new NotebookRunOptions { OutputFolder = _folder["out"] }));
        Assert.Contains("2 notebooks are named x.ipynb", error.Message, StringComparison.Ordinal);
    }

    private static Task<NotebookRunReport> Run(IReadOnlyList<string> paths, NotebookRunOptions? options = null) =>
        NotebookRunner.RunAsync(paths, options, null, TestContext.Current.CancellationToken);

    /// <summary>Texts that begin with "# " become Markdown, others code.</summary>
    private string Write(string name, params string[] cells)
    {
        Notebook notebook = Notebook.Create();
        foreach (string cell in cells)
        {
            notebook.Add(cell.StartsWith("# ", StringComparison.Ordinal) ? NotebookCell.Markdown(cell) : NotebookCell.Code(cell));
        }

        notebook.Write(_folder[name]);
        return _folder[name];
    }
}
