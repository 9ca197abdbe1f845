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
            (int code, string text) = await ChildProgram.RunAsync(
                Environment.ProcessPath!, [Argument, file, answer], request.Folder, environment);
            Assert.True(code == 0, $"the engine ended with exit code {code}:\n{text}");
            return JsonSerializer.Deserialize<EngineCell[]>(await File.ReadAllTextAsync(answer))!;
        }
        finally
        {
            File.Delete(file);
            File.Delete(answer);
        }
    }
}
