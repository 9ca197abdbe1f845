using System.Text.Json;

namespace SuperRes.Lab.Interactive.Tests;

/// <summary>
/// Chapters in the Jupyter kernel of .NET Interactive, run by nbconvert. They need <c>dotnet tool restore</c> and Debian's
/// jupyter-nbconvert.
/// </summary>
public sealed class JupyterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("superres-jupyter-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Chapters_InJupyter_ShowTheKindsThatAreStored()
    {
        await SkipUnlessItRunsAsync("dotnet", ["tool", "run", "dotnet-interactive", "--", "--version"], "dotnet tool restore");
        await SkipUnlessItRunsAsync("jupyter-nbconvert", ["--version"], "apt install jupyter-nbconvert");
        string kernel = Directory.CreateDirectory(Path.Combine(_folder, "kernels", "net")).FullName;
        string[] command =
            ["dotnet", "tool", "run", "dotnet-interactive", "--", "jupyter", "--default-kernel", "csharp", "{connection_file}"];
        await File.WriteAllTextAsync(
            Path.Combine(kernel, "kernel.json"), JsonSerializer.Serialize(new { argv = command, display_name = "net", language = "C#" }));
        foreach (string name in (string[])["01-data.ipynb", "02-model.ipynb", "04-learning-rate.ipynb", "05-stage-64.ipynb"])
        {
            (int code, string text) = await RunAsync("jupyter-nbconvert",
                ["--to", "notebook", "--execute", "--ExecutePreprocessor.kernel_name=net", "--ExecutePreprocessor.timeout=900",
                    "--output-dir", _folder, Path.Combine(Course.Folder, name)]);
            Assert.True(code == 0, $"{name} failed in Jupyter:\n{text}");
            string run = Path.Combine(_folder, name);
            Compare(name, Course.Cells(name), Course.Cells(run));
            Assert.DoesNotContain("\"name\": \"stderr\"", await File.ReadAllTextAsync(run), StringComparison.Ordinal);
        }
    }

    private static void Compare(
        string name, IReadOnlyList<(string Source, IReadOnlyList<string> Kinds)> stored, IReadOnlyList<(string, IReadOnlyList<string>)> run)
    {
        // The engine puts a script of its own under the first cell.
        for (int i = 1; i < stored.Count; i++)
        {
            IReadOnlyList<string> kinds = run[i].Item2;
            Assert.True(stored[i].Kinds.SequenceEqual(kinds),
                $"{name} [{i + 1}] shows {string.Join(", ", kinds)}, stored are {string.Join(", ", stored[i].Kinds)}");
        }
    }

    private async Task SkipUnlessItRunsAsync(string program, string[] arguments, string mend)
    {
        bool runs = false;
        try
        {
            runs = (await RunAsync(program, arguments)).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
        }

        Assert.SkipUnless(runs, $"{program} {string.Join(' ', arguments)} does not run here; {mend}");
    }

    private Task<(int Code, string Text)> RunAsync(string program, string[] arguments) => ChildProgram.RunAsync(
        program, arguments, Course.Folder,
        new Dictionary<string, string> { ["JUPYTER_PATH"] = _folder, ["SUPERRES_RUN"] = Path.Combine(_folder, "run") });
}
