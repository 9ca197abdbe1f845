using System.Diagnostics;

namespace SuperRes.Lab.Tests;

/// <summary>Starts this test program again for one scenario.</summary>
internal static class ChildProcess
{
    public const string Argument = "--scenario";

    /// <summary>Runs it to its end.</summary>
    /// <returns>Its exit code (128 + the signal's number where one ended it) and all that it wrote.</returns>
    public static async Task<(int ExitCode, string Text)> RunAsync(string scenario, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ChildProcess).Assembly.Location, Argument, scenario])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        string error = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output + error);
    }
}
