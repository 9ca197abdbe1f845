using System.Diagnostics;
using System.Text.Json.Nodes;

namespace SuperRes.Lab.Tests.Cli;

public sealed class MallocArenasTests : IDisposable
{
    private const string Cell = """System.Environment.GetEnvironmentVariable("MALLOC_ARENA_MAX") + " " + System.Environment.ProcessId""";
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(null, "1")]
    [InlineData("3", "3")]
    public async Task NotebooksRun_OnLinux_SharesOneHeapUnlessSetOtherwise(string? given, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The setting is glibc's.");
        string notebook = _temp.Write("heap.ipynb", new JsonObject
        {
            ["cells"] =
                new JsonArray(
                new JsonObject { ["cell_type"] = "code", ["execution_count"] = null, ["metadata"] = new JsonObject(),
                ["outputs"] = new JsonArray(), ["source"] = Cell }),
            ["metadata"] = new JsonObject(),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString());
        string folder = _temp["out with a space, ü"];
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "superres.dll"), "notebooks", "run", notebook, "--out", folder])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["MALLOC_ARENA_MAX"] = given;
        if (given is null)
        {
            start.Environment.Remove("MALLOC_ARENA_MAX");
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, error + await output);
        Assert.Contains($"{expected} {process.Id}", File.ReadAllText(Path.Combine(folder, "heap.ipynb")));
    }
}
