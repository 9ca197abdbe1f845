namespace SuperRes.Lab.Notebooks.Running;

/// <summary>The environment variables and the working folder of a run; puts back what was there before.</summary>
internal sealed class RunEnvironment : IDisposable
{
    private readonly string _folder = Directory.GetCurrentDirectory();
    private readonly Dictionary<string, string?> _variables = new(StringComparer.Ordinal);

    public RunEnvironment(IReadOnlyDictionary<string, string> variables)
    {
        foreach ((string name, string value) in variables)
        {
            _variables[name] = Environment.GetEnvironmentVariable(name);
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    /// <summary>Cells see their notebook's folder as the working folder, as in every notebook program.</summary>
    public static void Enter(string notebookPath) => Directory.SetCurrentDirectory(Path.GetDirectoryName(notebookPath)!);

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_folder);
        foreach ((string name, string? value) in _variables)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
