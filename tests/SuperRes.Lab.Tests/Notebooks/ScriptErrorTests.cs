using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Tests.Notebooks;

public sealed class ScriptErrorTests : IDisposable
{
    private readonly SessionHarness _cells = new();

    public void Dispose() => _cells.Dispose();

    [Fact]
    public async Task Exception_NamesMessageCellLineAndSource()
    {
        CellError error = await _cells.Error("var x = 1;",
            "int a = 1;\n\nConsole.WriteLine(a);\n    throw new InvalidOperationException(\"It broke.\");\n");
        Assert.Equal(CellErrorKind.Exception, error.Kind);
        Assert.Equal(
            """
            It broke.
            InvalidOperationException in cell [2], line 4
                4 |     throw new InvalidOperationException("It broke.");
               at cell [2], line 4
            """.ReplaceLineEndings("\n"),
            error.ToString());
    }

    [Fact]
    public async Task Exception_KeepsOutputsSoFar()
    {
        CellResult result = await _cells.Run("Console.WriteLine(\"one\");\ndisplay(2);\nthrow new Exception(\"three\");");
        Assert.Equal(new StreamOutput("stdout", "one\n"), result.Outputs[0]);
        Assert.Equal("2", ((DisplayOutput)result.Outputs[1]).Data.Text(MimeBundle.Plain));
        Assert.Equal("three", ((ErrorOutput)result.Outputs[2]).Message);
        Assert.Equal(3, result.Outputs.Count);
        Assert.Equal(3, result.Error!.Line);
    }

    [Fact]
    public async Task Exception_InFunctionOfAnEarlierCell_PointsAtTheCallAndTellsTheRest()
    {
        CellError error = await _cells.Error("void Check(int n)\n{\n    if (n > 1) throw new ArgumentException(\"too many\");\n}",
            "Check(1);\n\nCheck(2);");
        Assert.Equal("cell [2], line 3", error.Place);
        Assert.Equal("Check(2);", error.SourceLine);
        Assert.Equal(["   at Check, cell [1], line 3", "   at cell [2], line 3"], error.Details);
    }

    [Fact]
    public async Task Exception_InAsyncMethodAndLambda_NamesThemAsWritten()
    {
        CellError error = await _cells.Error(
            "class Work\n{\n    public static async Task<int> Go(Func<int> f)\n    {\n        await Task.Yield();\n        return f();\n  "
                + "  }\n}",
            "var r = await Work.Go(() =>\n    int.Parse(\"x\"));");
        Assert.Equal(2, error.Line);
        Assert.Equal(
            ["   at Int32.Parse", "   at cell [2], line 2", "   at Work.Go, cell [1], line 6", "   at cell [2], line 1"], error.Details);
    }

    [Fact]
    public async Task Exception_WithCause_TellsTheCause()
    {
        CellError error = await _cells.Error("throw new Exception(\"outer\", new FormatException(\"inner\"));");
        Assert.Equal("   because: inner (FormatException)", error.Details[0]);
    }

    [Fact]
    public async Task Exception_WrappedByTasks_IsUnwrapped()
    {
        CellError error = await _cells.Error("Task.Run(() =>\n{\n    throw new InvalidOperationException(\"within\");\n}).Wait();");
        Assert.Equal("within", error.Message);
        Assert.Equal("InvalidOperationException", error.Name);
        Assert.Equal(3, error.Line);
    }

    [Fact]
    public async Task Exception_FromLibtorch_LosesItsNativeStack()
    {
        CellError error = await _cells.Error("TorchSharp.torch.ones(2, 2)[5]");
        Assert.DoesNotContain("frame #", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("index 5 out of range", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exception_StackHasNoFolders()
    {
        CellError error = await _cells.Error("SuperRes.Lab.IO.AtomicFile.WriteAllText(\"/proc/nope/x\", \"\");");
        Assert.Equal("InputException", error.Name);
        Assert.Contains(error.Details, line => line.StartsWith("   at AtomicFile.Write, AtomicFile.cs, line ", StringComparison.Ordinal));
        Assert.DoesNotContain(error.Details.Skip(1), line => line.Contains('/', StringComparison.Ordinal));
    }

    [Fact]
    public async Task CompileError_NamesLineColumnAndMarksThePlace()
    {
        CellError error = await _cells.Error("var a = 1;\n\n  var b = a + nope;");
        Assert.Equal(CellErrorKind.Compilation, error.Kind);
        Assert.Equal((3, 15), (error.Line!.Value, error.Column!.Value));
        Assert.Equal(
            """
            CS0103: The name 'nope' does not exist in the current context
            in cell [1], line 3
                3 |   var b = a + nope;
                                  ^
            """.ReplaceLineEndings("\n"),
            error.ToString());
        Assert.Equal("CompilationError", error.ToOutput().Name);
    }

    [Fact]
    public async Task CompileError_Several_AllAreTold()
    {
        CellError error = await _cells.Error("int a = \"x\";\nnope();\nint b = true;");
        Assert.StartsWith("CS0029", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.Line);
        Assert.Equal(2, error.Details.Count);
        Assert.EndsWith("(cell [1], line 2, column 1)", error.Details[0], StringComparison.Ordinal);
        Assert.EndsWith("(cell [1], line 3, column 9)", error.Details[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompileError_AfterDirectives_KeepsLineNumbers()
    {
        _cells.Folder.Write("a.csx", "var imported = 1;");
        CellError error = await _cells.Error("#r \"System.Net.Http.dll\"\nvar x = 1;\n#!import a.csx\n\nnope();");
        Assert.Equal("cell [1], line 5", error.Place);
    }

    [Fact]
    public async Task Cancelled_CellThatWatchesTheToken_EndsAsInterruptedWhereItStood()
    {
        using var stop = new CancellationTokenSource();
        Task<CellResult> run = _cells.Run(
            "Console.WriteLine(\"begun\");\nvar token = SuperRes.Lab.Interruption.Token;\nawait Task.Delay(-1, token);", stop.Token);
        while (_cells.Live.Count == 0)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        CellResult result = await run;
        Assert.Equal(CellErrorKind.Interrupted, result.Error!.Kind);
        Assert.Equal("cell [1], line 3", result.Error.Place);
        Assert.Equal("The cell was interrupted.", result.Error.Message);
        Assert.Equal(new StreamOutput("stdout", "begun\n"), result.Outputs[0]);
        Assert.Equal("2", await _cells.Value("1 + 1"));
    }

    [Fact]
    public async Task TimeLimit_CellThatWatchesTheToken_IsStopped()
    {
        using var cells = new SessionHarness(new ScriptSessionOptions { CellTimeLimit = TimeSpan.FromSeconds(0.5) });
        await cells.Run("1"); // the compiler's own start doesn't count against the next
        CellError error =
            await cells.Error("int n = 0;\nwhile (true)\n{\n    n++;\n    "
            + "SuperRes.Lab.Interruption.Token.ThrowIfCancellationRequested();\n}");
        Assert.Equal(CellErrorKind.TimeLimit, error.Kind);
        Assert.Equal(5, error.Line);
        Assert.Equal("The cell passed its time limit of 0.5 s.", error.Message);
        Assert.False(cells.Session.IsAbandoned);
    }

    [Fact]
    public async Task TimeLimit_LoopThatIgnoresTheToken_IsEndedAndTheStateKept()
    {
        using var cells =
            new SessionHarness(new ScriptSessionOptions { CellTimeLimit = TimeSpan.FromSeconds(1), StopGrace = TimeSpan.FromSeconds(0.2) });
        await cells.Outputs("int kept = 1;");
        CellResult result = await cells.Run("long n = 0;\nwhile (true) n++;");
        Assert.Equal(CellErrorKind.TimeLimit, result.Error!.Kind);
        Assert.False(cells.Session.IsAbandoned);
        Assert.Equal("1", await cells.Value("kept"));
    }

    /// <summary>A browser test once waited for ever: a cell that was ended in the midst of writing had kept the console's lock.</summary>
    [Fact]
    public async Task TimeLimit_LoopThatIsEnded_LeavesTheConsoleAWriterThatNobodyHolds()
    {
        using var cells =
            new SessionHarness(new ScriptSessionOptions { CellTimeLimit = TimeSpan.FromSeconds(1), StopGrace = TimeSpan.FromSeconds(0.2) });
        await cells.Outputs("System.IO.TextWriter before = Console.Out;");
        await cells.Error("long n = 0;\nwhile (true) n++;");
        Assert.Equal("False", await cells.Value("ReferenceEquals(before, Console.Out)"));
        Assert.Equal(new StreamOutput("stdout", "after\n"), (await cells.Run("Console.WriteLine(\"after\");")).Outputs[0]);
    }

    [Fact]
    public async Task TimeLimit_CellThatCannotBeEnded_IsAbandonedUntilItEnds()
    {
        using var cells = new SessionHarness(new ScriptSessionOptions
        {
            CellTimeLimit = TimeSpan.FromSeconds(1), StopGrace = TimeSpan.FromSeconds(0.2), AbortGrace = TimeSpan.FromSeconds(0.2),
        });
        string flag = cells.Folder["flag"];
        CellResult result =
            await cells.Run($"Console.WriteLine(\"begun\");\ntry {{ }} finally {{ while (!System.IO.File.Exists(@\"{flag}\")) "
            + $"System.Threading.Thread.Sleep(5); }}\nConsole.WriteLine(\"never seen\");");
        Assert.Equal(CellErrorKind.Abandoned, result.Error!.Kind);
        Assert.Contains("time limit of 1 s, but still ran 0.2 s after", result.Error.Message, StringComparison.Ordinal);
        Assert.True(cells.Session.IsAbandoned);
        await Assert.ThrowsAsync<InvalidOperationException>(() => cells.Run("1"));
        cells.Folder.Write("flag", "");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Equal(2, result.Outputs.Count);
        Assert.False(cells.Session.IsAbandoned);
        Assert.Equal("2", await cells.Value("1 + 1"));
    }
}
