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

    [Fact]
    public void Sources_EachLine_HasAtMost140Columns()
    {
        string[] over =
        [
            .. from file in Sources("src", "bench", "tests", "examples", "tools")
               from line in Code(file)
               where line.Text.Length > MaxColumns
               select $"{Shown(file)}:{line.Number}: {line.Text.Length} columns",
        ];
        Assert.Empty(over);
    }

    /// <summary>The lines of a file but for those of raw strings, which are styles, scripts and data.</summary>
    private static IEnumerable<(int Number, string Text)> Code(string file)
    {
        bool isRaw = false;
        foreach ((int index, string line) in File.ReadLines(file).Index())
        {
            int quotes = (line.Length - line.Replace("\"\"\"", "", StringComparison.Ordinal).Length) / 3;
            if (!isRaw && quotes == 0)
            {
                yield return (index + 1, line);
            }

            isRaw ^= quotes % 2 == 1;
        }
    }

    private static IEnumerable<string> Sources(params string[] tops) => tops
        .SelectMany(top => Directory.EnumerateFiles(Path.Combine(LabFolders.Root, top), "*.cs", SearchOption.AllDirectories))
        .Where(file => !Shown(file).Split('/').Any(part => part is "obj" or "bin")).Order(StringComparer.Ordinal);

    private static string Shown(string path) => Path.GetRelativePath(LabFolders.Root, path).Replace('\\', '/');
}
