using System.Diagnostics;

namespace SuperRes.Lab.Interactive.Tests;

/// <summary>Runs programs to their end.</summary>
internal static class ChildProgram
{
    /// <summary>Runs one.</summary>
    /// <param name="program">Its file or name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">Environment variables beside this process's.</param>
    /// <returns>Its exit code, and what it wrote to both of its streams.</returns>
    public static async Task<(int Code, string Text)> RunAsync(
        string program, string[] arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        start.Environment["MALLOC_ARENA_MAX"] = "2"; // as superres sets it: arenas that glibc keeps are no leak of ours
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, $"{await output}\n{await errors}");
    }
}
