using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Tests;

/// <summary>Holds the limits of CONTRIBUTING.md on files, folders and lines.</summary>
public sealed class FileSizeTests
{
    private const int MaxLines = 300, MaxFiles = 30, MaxColumns = 140;

    [Fact]
    public void Sources_EachFile_HasAtMost300Lines()
    {
        string[] over =
        [
            .. from file in Sources("src", "bench")
               let lines = File.ReadLines(file).Count()
               where lines > MaxLines
               select $"{Shown(file)}: {lines} lines",
        ];

        Assert.Empty(over);
    }

    [Fact]
    public void Sources_EachFolder_HasAtMost30Files()
    {
        string[] over =
        [
            .. from file in Sources("src", "bench")
               group file by Shown(Path.GetDirectoryName(file)!) into folder
               where folder.Count() > MaxFiles
               select $"{folder.Key}: {folder.Count()} files",
        ];

        Assert.Empty(over);
    }

    [Fact(Skip = "Switched on when the last long lines are wrapped.")]
    public void Sources_EachLine_HasAtMost140Columns()
    {
        string[] over =
        [
            .. from file in Sources("src", "bench", "tests")
               from line in File.ReadLines(file).Index()
               where line.Item.Length > MaxColumns
               select $"{Shown(file)}:{line.Index + 1}: {line.Item.Length} columns",
        ];

        Assert.Empty(over);
    }

    private static IEnumerable<string> Sources(params string[] tops) => tops
        .SelectMany(top => Directory.EnumerateFiles(Path.Combine(LabFolders.Root, top), "*.cs", SearchOption.AllDirectories))
        .Where(file => !Shown(file).Split('/').Any(part => part is "obj" or "bin")).Order(StringComparer.Ordinal);

    private static string Shown(string path) => Path.GetRelativePath(LabFolders.Root, path).Replace('\\', '/');
}
