using System.Globalization;

namespace SuperRes.Lab.Interactive.Tests;

/// <summary>What a notebook can rely on in the real engine, beyond the chapters.</summary>
public sealed class EngineTests : IDisposable
{
    private const string Import = "#!import lab.csx";

    private readonly string _run = Directory.CreateTempSubdirectory("superres-engine-").FullName;

    public void Dispose() => Directory.Delete(_run, recursive: true);

    [Fact]
    public async Task Stop_InATrainingCell_EndsTheTrainingAndTheKernelGoesOn()
    {
        IReadOnlyList<EngineCell> cells = await RunAsync(new EngineRequest(Course.Folder,
        [
            Import,
            "class Late(System.Threading.CancellationToken stop) : LearnerCallback\n{\n    public int Batches;\n"
                + "    public override void OnBatchBegin(Learner learner, TrainingPair batch) =>\n"
                + "        Batches += stop.IsCancellationRequested ? 1 : 0;\n}\n"
                + "var ended = new System.Threading.Tasks.TaskCompletionSource<bool>();\n"
                + "var run = Lab.Open();\nLate late = null;\nint before = 41;",
            "late = new Late(Interruption.Token);\n"
                + "try { run.TrainStage(\"64\", [new EpochProgress(), late], Interruption.Token); ended.SetResult(false); }\n"
                + "catch (OperationCanceledException) { ended.SetResult(true); throw; }",
            "(ended.Task.Wait(60_000) && ended.Task.Result).ToString()",
            "late.Batches.ToString()",
            "(before + 1).ToString()",
        ], StopCell: 2));

        Assert.NotNull(cells[2].Error);
        Assert.True(cells[2].Updates > 0, $"the table of the training was never replaced; the cell ended with: {cells[2].Error}");
        Assert.Equal("True", Text(cells[3]));
        Assert.InRange(int.Parse(Text(cells[4]), CultureInfo.InvariantCulture), 0, 1); // one may have been about to begin
        Assert.Equal("42", Text(cells[5]));
    }

    [Fact]
    public async Task Values_AsLastExpressionOrDisplayed_ShowThemselves()
    {
        IReadOnlyList<EngineCell> cells = await RunAsync(new EngineRequest(Course.Folder,
        [
            Import,
            "Lab.Sample(\"chelsea\")",
            "torch.tensor(new[] { 1f, 2f })",
            "new Table([\"a\"], [[1]])",
            "new Table([\"a\"], [[1]]).Display();",
            "class Own : IDisplayable { public string ToHtml() => \"<i>own</i>\"; public byte[]? ToPng() => null; "
                + "public string ToText() => \"own\"; }\n"
                + "new Own()",
            "var update = new Table([\"a\"], [[1]]).DisplayLive();\nupdate(new Table([\"a\"], [[2]]));",
            "new Own()",
        ]));

        Assert.All(cells, cell => Assert.Null(cell.Error));
        Assert.Equal("picture", Course.KindOf(Formats(cells[1])));
        Assert.DoesNotContain("byte[", Formats(cells[1])["text/plain"], StringComparison.Ordinal);
        Assert.Contains("2", Text(cells[2]), StringComparison.Ordinal);
        Assert.Equal(["text/html", "text/plain"], Formats(cells[3]).Keys);
        Assert.Equal(["text/html", "text/plain"], Formats(cells[4]).Keys);
        Assert.Contains("<td", Formats(cells[6])["text/html"], StringComparison.Ordinal);
        Assert.Contains(">2<", Formats(cells[6])["text/html"], StringComparison.Ordinal);
        Assert.Equal(1, cells[6].Updates);
        Assert.Equal("<i>own</i>", Formats(cells[7])["text/html"]);
        Assert.Equal("own", Formats(cells[7])["text/plain"]);
    }

    private static IReadOnlyDictionary<string, string> Formats(EngineCell cell) => Assert.Single(cell.Outputs).Formats;

    private static string Text(EngineCell cell) =>
        Formats(cell).TryGetValue("text/plain", out string? text) ? text : Formats(cell)["text/html"];

    private Task<IReadOnlyList<EngineCell>> RunAsync(EngineRequest request) =>
        EngineProcess.RunAsync(request, new Dictionary<string, string> { ["SUPERRES_RUN"] = _run });
}
