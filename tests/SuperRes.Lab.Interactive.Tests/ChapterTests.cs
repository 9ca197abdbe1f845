namespace SuperRes.Lab.Interactive.Tests;

/// <summary>
/// The chapters in the real engine. Here those that take seconds; SUPERRES_ALL_CHAPTERS=1 runs all twelve, in order, as one course
/// (10 minutes and more).
/// </summary>
public sealed class ChapterTests : IDisposable
{
    private readonly string _run = Directory.CreateTempSubdirectory("superres-engine-").FullName;

    public void Dispose() => Directory.Delete(_run, recursive: true);

    [Theory]
    [InlineData("01-data.ipynb")]
    [InlineData("02-model.ipynb")]
    [InlineData("05-stage-64.ipynb")]
    public async Task Chapter_InTheRealEngine_ShowsTheKindsThatAreStored(string name) => await RunAndCompareAsync(name);

    [Fact]
    public async Task Course_InTheRealEngine_ShowsTheKindsThatAreStored()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SUPERRES_ALL_CHAPTERS") == "1", "SUPERRES_ALL_CHAPTERS=1 runs all twelve");
        foreach (string file in Directory.GetFiles(Course.Folder, "*.ipynb").Order(StringComparer.Ordinal))
        {
            await RunAndCompareAsync(Path.GetFileName(file));
        }
    }

    private async Task RunAndCompareAsync(string name)
    {
        IReadOnlyList<(string Source, IReadOnlyList<string> Kinds)> stored = Course.Cells(name);
        IReadOnlyList<EngineCell> cells = await EngineProcess.RunAsync(
            new EngineRequest(Course.Folder, [.. stored.Select(cell => cell.Source)]),
            new Dictionary<string, string> { ["SUPERRES_RUN"] = _run });
        for (int i = 0; i < stored.Count; i++)
        {
            Assert.True(i < cells.Count && cells[i].Error is null, $"{name} [{i + 1}] failed: {cells[^1].Error}\n{stored[i].Source}");
            EngineOutput[] values = [.. cells[i].Outputs.Where(output => output.Kind is "display" or "result")];
            Assert.True(
                values.All(output => output.Formats.Values.All(content => content.Length > 0)), $"{name} [{i + 1}] shows an empty format");
            Assert.True(values.All(output => output.Formats.ContainsKey("text/plain")), $"{name} [{i + 1}] lacks text/plain");
            string[] kinds = [.. values.Select(output => Course.KindOf(output.Formats))];
            Assert.True(stored[i].Kinds.SequenceEqual(kinds),
                $"{name} [{i + 1}] shows {string.Join(", ", kinds)}, stored are {string.Join(", ", stored[i].Kinds)}");
            Assert.DoesNotContain(cells[i].Outputs, output => output.Kind == "stderr");
        }
    }
}
