using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Tests;

/// <summary>Holds the limits of CONTRIBUTING.md on files, folders and lines.</summary>
public sealed class FileSizeTests
{
    private const int MaxLines = 300, MaxFiles = 30, MaxColumns = 140;

    [Fact]
    public void Sources_EachFile_HasAtMost300Lines() =>
        Assert.Empty(Sources("src", "bench").Select(file => (File: Shown(file), Lines: File.ReadLines(file).Count())).Where(file => file.Lines > MaxLines));

    [Fact]
    public void Sources_EachFolder_HasAtMost30Files() =>
        Assert.Empty(Sources("src", "bench").GroupBy(file => Shown(Path.GetDirectoryName(file)!)).Select(files => (Folder: files.Key, Files: files.Count())).Where(folder => folder.Files > MaxFiles));

    [Fact(Skip = "Switched on when the last long lines are wrapped.")]
    public void Sources_EachLine_HasAtMost140Columns() => Assert.Empty(
        Sources("src", "bench", "tests").SelectMany(file => File.ReadLines(file).Select((line, i) => (Place: $"{Shown(file)}:{i + 1}", Columns: line.Length))).Where(line => line.Columns > MaxColumns));

    private static IEnumerable<string> Sources(params string[] tops) => tops
        .SelectMany(top => Directory.EnumerateFiles(Path.Combine(LabFolders.Root, top), "*.cs", SearchOption.AllDirectories))
        .Where(file => !Shown(file).Split('/').Any(part => part is "obj" or "bin")).Order(StringComparer.Ordinal);

    private static string Shown(string path) => Path.GetRelativePath(LabFolders.Root, path).Replace('\\', '/');
}
