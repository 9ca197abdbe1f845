using System.Text.Json.Nodes;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Notebooks.Kernel;

/// <summary>Makes the kernel known to Jupyter.</summary>
public static class KernelSpec
{
    /// <summary>The kernel's name, as in <c>jupyter nbconvert --ExecutePreprocessor.kernel_name=superres</c>.</summary>
    public const string Name = "superres";

    /// <summary>Where Jupyter puts the connection file's path into the kernel's command line.</summary>
    public const string ConnectionFilePlaceholder = "{connection_file}";

    /// <summary>Writes the kernel's description into the person's Jupyter folder, in place of an older one.</summary>
    /// <param name="arguments">
    /// What follows this program's own name on the kernel's command line; one of them is <see cref="ConnectionFilePlaceholder"/>.
    /// </param>
    /// <param name="dataFolder">Jupyter's data folder; null (default): JUPYTER_DATA_DIR, else the system's usual place.</param>
    /// <returns>The folder of the description.</returns>
    /// <exception cref="InputException">The folder can't be written.</exception>
    public static string Install(IReadOnlyList<string> arguments, string? dataFolder = null)
    {
        string folder = Path.Combine(dataFolder ?? DataFolder(), "kernels", Name);
        string[] command = [.. OwnCommand(), .. arguments];
        var description = new JsonObject
        {
            ["argv"] = new JsonArray([.. command.Select(part => (JsonNode)JsonValue.Create(part))]),
            ["display_name"] = "SuperRes.Lab (C#)",
            ["interrupt_mode"] = "message",
            ["language"] = "C#",
        };
        AtomicFile.WriteAllText(Path.Combine(folder, "kernel.json"), JupyterJson.Write(description));
        return folder;
    }

    /// <summary>How this program was started: its own executable, or dotnet with its .dll.</summary>
    private static IEnumerable<string> OwnCommand()
    {
        string process = Environment.ProcessPath ?? "superres";
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? [process, Path.GetFullPath(Environment.GetCommandLineArgs()[0])]
            : [process];
    }

    private static string DataFolder()
    {
        Func<string, string?> environment = Environment.GetEnvironmentVariable;
        string Home() => HomeFolder.Find(environment, "JUPYTER_DATA_DIR");
        return HomeFolder.Named(environment, "JUPYTER_DATA_DIR")
            ?? (OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter")
                : OperatingSystem.IsMacOS() ? Path.Combine(Home(), "Library", "Jupyter")
                : HomeFolder.Named(environment, "XDG_DATA_HOME") is { } data ? Path.Combine(data, "jupyter")
                : Path.Combine(Home(), ".local", "share", "jupyter"));
    }
}
