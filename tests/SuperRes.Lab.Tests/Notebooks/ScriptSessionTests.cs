using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Tests.Notebooks;

public sealed class ScriptSessionTests : IDisposable
{
    private readonly SessionHarness _cells = new();

    public void Dispose() => _cells.Dispose();

    [Fact]
    public async Task Run_LastExpression_IsTheResult()
    {
        var result = Assert.IsType<DisplayOutput>(Assert.Single(await _cells.Outputs("var x = 40;\nx + 2")));
        Assert.True(result.IsResult);
        Assert.Equal("42", result.Data.Text(MimeBundle.Plain));
    }

    [Theory]
    [InlineData("var x = 1;")]
    [InlineData("x();\nvoid x() { }")]
    [InlineData("(object?)null")]
    [InlineData("")]
    [InlineData("// nothing\n")]
    public async Task Run_NoValue_NoOutput(string source)
    {
        Assert.Empty(await _cells.Outputs(source));
    }

    [Theory]
    [InlineData("\"text\"", "text")]
    [InlineData("1.5", "1.5")]
    [InlineData("new[] { 1, 2 }", "int[2] { 1, 2 }")]
    [InlineData("(1, \"a\")", "(1, a)")]
    [InlineData("new { A = 1 }", "{ A = 1 }")]
    [InlineData("System.DayOfWeek.Monday", "Monday")]
    public async Task Run_ValueWithoutHtml_IsPlainText(string source, string text)
    {
        Assert.Equal(text, await _cells.Value(source));
    }

    [Fact]
    public async Task State_VariablesTypesFunctionsUsings_AreKeptAcrossCells()
    {
        Assert.Equal("7 6", await _cells.Value(
            "using System.Globalization;\nint a = 3;",
            "class Box { public int Value; }\nint Twice(int x) => 2 * x;",
            "var box = new Box { Value = Twice(a) };\na = 7;",
            "string.Format(CultureInfo.InvariantCulture, \"{0} {1}\", a, box.Value)"));
    }

    [Fact]
    public async Task State_VariableDeclaredAgain_TakesTheNewTypeAndValue()
    {
        Assert.Equal("two", await _cells.Value("var x = 1;", "var x = \"two\";", "x"));
    }

    [Fact]
    public async Task State_AfterException_KeepsWhatWasSetBefore()
    {
        await _cells.Outputs("int before = 1;");
        await _cells.Run("before = 2;\nint made = 3;\nthrow new Exception();");
        Assert.Equal("5", await _cells.Value("before + made"));
    }

    [Fact]
    public async Task State_AfterCompileError_IsUntouched()
    {
        await _cells.Outputs("int x = 1;");
        await _cells.Run("x = 2; nonsense");
        Assert.Equal("1", await _cells.Value("x"));
    }

    [Fact]
    public async Task Run_TopLevelAwait_Works()
    {
        Assert.Equal("5",
            await _cells.Value("var five = await Task.Run(async () => { await Task.Delay(5); return 5; });",
            "await Task.FromResult(five)"));
    }

    [Theory]
    [InlineData("using var s = new System.IO.MemoryStream();")]
    [InlineData("namespace A { }")]
    [InlineData("Span<int> s = stackalloc int[3];")]
    public async Task Run_ConstructThatNoEngineTakes_FailsHereToo(string source)
    {
        CellResult result = await _cells.Run(source);
        Assert.Equal(CellErrorKind.Compilation, result.Error?.Kind);
    }

    [Fact]
    public async Task Console_BothStreams_AreCapturedInOrderAndMerged()
    {
        IReadOnlyList<CellOutput> outputs = await _cells.Outputs(
            "Console.Write(\"a\"); Console.WriteLine(1); Console.Error.WriteLine(\"bad\"); await "
                + "Task.Delay(1);\nConsole.WriteLine(\"{0}!\", 'c'); Console.Out.Write(\"d\".AsSpan());");
        Assert.Equal(
            [new StreamOutput("stdout", "a1\n"), new StreamOutput("stderr", "bad\n"), new StreamOutput("stdout", "c!\nd")],
            outputs);
    }

    [Fact]
    public async Task Console_Live_ArrivesBeforeTheCellEnds()
    {
        var seen = new TaskCompletionSource();
        string flag = _cells.Folder["flag"];
        Task<CellResult> run = _cells.Session.RunAsync(
            $"Console.WriteLine(\"begun\");\nwhile (!System.IO.File.Exists(@\"{flag}\")) {{ await Task.Delay(5); }}",
            1,
            e => seen.TrySetResult(),
            TestContext.Current.CancellationToken);
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(run.IsCompleted);
        _cells.Folder.Write("flag", "");
        Assert.Null((await run).Error);
    }

    [Fact]
    public async Task Console_WrittenByTheFollower_DoesNotReachTheCell()
    {
        CellResult result = await _cells.Session.RunAsync(
            "Console.Write(\"x\"); await Task.Delay(20); Console.Write(\"y\");", 1, _ => Console.Write(""),
                TestContext.Current.CancellationToken);
        Assert.Equal("xy", Assert.IsType<StreamOutput>(Assert.Single(result.Outputs)).Text);
    }

    [Fact]
    public async Task Console_ManyThreads_LosesNothing()
    {
        IReadOnlyList<CellOutput> outputs =
            await _cells.Outputs("Parallel.For(0, 2000, i => Console.WriteLine($\"line {i}\"));".Replace("Parallel",
            "System.Threading.Tasks.Parallel", StringComparison.Ordinal));
        string[] lines = Assert.IsType<StreamOutput>(Assert.Single(outputs)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"line {i}").Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Console_ThreadStartedInAnEarlierCell_WritesToTheCellThatRuns()
    {
        await _cells.Outputs("var go = new TaskCompletionSource();\nvar late = Task.Run(async () => { await go.Task; "
            + "Console.Write(\"late\"); });");
        IReadOnlyList<CellOutput> outputs = await _cells.Outputs("go.SetResult();\nawait late;");
        Assert.Equal(new StreamOutput("stdout", "late"), Assert.Single(outputs));
    }

    [Fact]
    public async Task Console_ProgressBar_KeepsTheLastState()
    {
        IReadOnlyList<CellOutput> outputs =
            await _cells.Outputs("for (int i = 0; i <= 100; i++) Console.Write($\"\\r{i} %\");\nConsole.WriteLine();");
        Assert.Equal(new StreamOutput("stdout", "100 %\n"), Assert.Single(outputs));
    }

    [Fact]
    public async Task Console_Flood_IsCutWithANote()
    {
        using var cells = new SessionHarness(new ScriptSessionOptions { MaxStreamCharacters = 1000 });
        IReadOnlyList<CellOutput> outputs = await cells.Outputs("for (int i = 0; i < 1000; i++) Console.WriteLine(\"0123456789\");");
        string text = Assert.IsType<StreamOutput>(Assert.Single(outputs)).Text;
        Assert.InRange(text.Length, 900, 1200);
        Assert.Contains("more than 1,000 characters", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Console_TwoSessionsAtOnce_DoNotMix()
    {
        using var other = new SessionHarness();
        const string source = "for (int i = 0; i < 50; i++) { Console.Write(\"NAME\"); await Task.Delay(1); }";
        Task<IReadOnlyList<CellOutput>> first = _cells.Outputs(source.Replace("NAME", "a", StringComparison.Ordinal));
        Task<IReadOnlyList<CellOutput>> second = other.Outputs(source.Replace("NAME", "b", StringComparison.Ordinal));
        Assert.Equal(new StreamOutput("stdout", new string('a', 50)), Assert.Single(await first));
        Assert.Equal(new StreamOutput("stdout", new string('b', 50)), Assert.Single(await second));
    }
}
