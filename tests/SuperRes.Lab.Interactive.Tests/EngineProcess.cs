using System.Diagnostics;
using System.Text.Json;

namespace SuperRes.Lab.Interactive.Tests;

/// <summary>Runs cells in the real engine, each list in a process of its own: libtorch's state is the process's.</summary>
internal static class EngineProcess
{
    /// <summary>The argument that makes this program the engine.</summary>
    public const string Argument = "--engine";

    /// <summary>Runs cells.</summary>
    /// <param name="request">The cells.</param>
    /// <param name="environment">Environment variables of the process.</param>
    /// <returns>What came of each.</returns>
    public static async Task<IReadOnlyList<EngineCell>> RunAsync(
        EngineRequest request, IReadOnlyDictionary<string, string>? environment = null)
    {
        string file = Path.GetTempFileName(), answer = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(request));
            var start = new ProcessStartInfo(Environment.ProcessPath!, [Argument, file, answer])
            {
                UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = request.Folder,
            };
            start.Environment["MALLOC_ARENA_MAX"] = "2"; // as superres sets it: arenas that glibc keeps are no leak of ours
            foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            {
                start.Environment[name] = value;
            }

            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, $"the engine ended with exit code {process.ExitCode}:\n{await output}\n{await errors}");
            return JsonSerializer.Deserialize<EngineCell[]>(await File.ReadAllTextAsync(answer))!;
        }
        finally
        {
            File.Delete(file);
            File.Delete(answer);
        }
    }
}
