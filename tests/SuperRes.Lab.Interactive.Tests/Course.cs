using System.Text.Json;

namespace SuperRes.Lab.Interactive.Tests;

/// <summary>The course as it is stored, read as the files that they are.</summary>
internal static class Course
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The notebooks' folder, where the build writes lab.csx.</summary>
    public static string Folder => Path.Combine(Root, "notebooks");

    /// <summary>The code cells of a notebook, with the kinds of output that are stored: their MIME types, or a stream's name.</summary>
    public static IReadOnlyList<(string Source, IReadOnlyList<string> Kinds)> Cells(string name)
    {
        using var notebook = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, name)));
        return [.. notebook.RootElement.GetProperty("cells").EnumerateArray()
            .Where(cell => cell.GetProperty("cell_type").GetString() == "code")
            .Select(cell => (Text(cell.GetProperty("source")), Kinds(cell.GetProperty("outputs"))))];
    }

    /// <summary>What a reader sees of an output: a picture, a table or text.</summary>
    public static string KindOf(IReadOnlyDictionary<string, string> formats) =>
        formats.TryGetValue("image/png", out string? png) && png.Length > 0 ? "picture"
        : formats.ContainsKey("text/html") && formats["text/html"].Contains("<table", StringComparison.Ordinal) ? "table"
        : formats.TryGetValue("text/html", out string? html) && !html.Contains("dni-plaintext", StringComparison.Ordinal) ? "html" : "text";

    private static IReadOnlyList<string> Kinds(JsonElement outputs) => [.. outputs.EnumerateArray()
        .Where(output => output.TryGetProperty("data", out _))
        .Select(output => output.GetProperty("data").EnumerateObject().ToDictionary(entry => entry.Name, entry => Text(entry.Value)))
        .Select(KindOf)];

    private static string Text(JsonElement text) => text.ValueKind == JsonValueKind.Array
        ? string.Concat(text.EnumerateArray().Select(line => line.GetString())) : text.ToString();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SuperRes.Lab.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests don't run within the repository.");
        }

        return folder.FullName;
    }
}
