using System.Text.RegularExpressions;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Checking;

namespace SuperRes.Lab.Tests.Notebooks;

/// <summary>The notebooks as they are stored: what they promise to readers, without running them.</summary>
public sealed partial class CourseTests
{
    private const int MostLines = 14;
    private const int LongestLine = 100;
    private const int FewestPoints = 3;

    public static TheoryData<string> Names => [.. Files];

    private static IEnumerable<string> Files =>
        Directory.GetFiles(Folder, "*.ipynb").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    private static string Folder => Path.Combine(LabFolders.Root, "notebooks");

    [Fact]
    public void Course_HasTwelveChaptersInOrder() =>
        Assert.Equal(Enumerable.Range(1, 12).Select(i => $"{i:00}"), Files.Select(name => name[..2]));

    /// <summary>Constructs that some engine doesn't take, outputs that are missing, stale, failed, too large or tell of a
    /// machine.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Chapter_AsStored_RunsEverywhereAndIsCurrent(string name)
    {
        Notebook notebook = Notebook.Read(Path.Combine(Folder, name));
        Assert.Empty(NotebookCheck.Check(notebook).Select(finding => finding.ToString()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Chapter_AsWritten_TeachesInSmallSteps(string name)
    {
        Notebook notebook = Notebook.Read(Path.Combine(Folder, name));
        Assert.All(notebook.CodeCells, cell => Assert.True(
            cell.Source.Split('\n').Length <= MostLines, $"{name} has a cell of more than {MostLines} lines:\n{cell.Source}"));
        Assert.All(notebook.CodeCells.SelectMany(cell => cell.Source.Split('\n')), line => Assert.True(
            line.Length <= LongestLine, $"{name} has a line of {line.Length} characters: {line}"));
        string prose = string.Join('\n', notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown).Select(cell => cell.Source));
        Assert.Contains("## Exercises", prose, StringComparison.Ordinal);
        Assert.Equal(CellKind.Markdown, notebook.Cells[1].Kind);
        foreach (Match link in NotebookLink().Matches(prose))
        {
            Assert.True(
                File.Exists(Path.Combine(Folder, link.Groups[1].Value)), $"{name} links to {link.Groups[1].Value}, which does not exist.");
        }
    }

    /// <summary>A curve of one or two points has no shape, so nothing can be said of it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Chapter_AsStored_HasNoCurveOfTwoPoints(string name)
    {
        IEnumerable<string> charts = Notebook.Read(Path.Combine(Folder, name)).CodeCells.SelectMany(cell => cell.Outputs)
            .OfType<DisplayOutput>().Select(output => output.Data.Text(MimeBundle.Plain) ?? "")
            .Where(text => CurveTitle().IsMatch(text));
        foreach (Match curve in charts.SelectMany(text => CurveLine().Matches(text)))
        {
            Assert.True(int.Parse(curve.Groups["points"].Value) >= FewestPoints, $"{name} has a curve of few points: {curve.Value}");
        }
    }

    /// <summary>What a chapter claims holds in the stored run, or the claim names where a larger run shows it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Claims_AsStored_HoldOrNameWhereTheyAreShown(string name) => Assert.Empty(
        NotebookClaim.Check(Notebook.Read(Path.Combine(Folder, name)), LabFolders.Root).Select(finding => finding.ToString()));

    [Theory]
    [MemberData(nameof(Names))]
    public void Claims_AsStored_AreListedWithTheirCells(string name)
    {
        string[] rows = File.ReadAllLines(Path.Combine(LabFolders.Root, "docs", "claims.md"));
        Assert.All(NotebookClaim.Of(Notebook.Read(Path.Combine(Folder, name))), claim => Assert.Contains(rows, row =>
            row.Contains(claim.Expected.TrimEnd('.'), StringComparison.Ordinal)
            && row.Contains($"](../notebooks/{name}) [{claim.Cell}]", StringComparison.Ordinal)));
    }

    [Fact]
    public void Claims_EachNameACellThatRunsWhatTheySay()
    {
        string[] rows =
            [.. File.ReadAllLines(Path.Combine(LabFolders.Root, "docs", "claims.md")).Where(
            line => line.Contains("](../notebooks/", StringComparison.Ordinal))];
        Assert.True(rows.Length >= 20, $"only {rows.Length} claims name a notebook");
        foreach (string row in rows)
        {
            (string File, int Cell)[] places =
                [.. ClaimCell().Matches(row).Select(match => (match.Groups[1].Value, int.Parse(match.Groups[2].Value)))];
            string[] runs = [.. row.Split('|')[^2].Split("`, `").Select(run => run.Trim().Trim('`'))];
            Assert.Equal(places.Length, runs.Length);
            foreach (((string file, int cell), string run) in places.Zip(runs))
            {
                Assert.Contains(
                    run, Notebook.Read(Path.Combine(Folder, file)).CodeCells.ElementAt(cell - 1).Source, StringComparison.Ordinal);
            }
        }
    }

    [GeneratedRegex("over (?:epoch|step)")]
    private static partial Regex CurveTitle();

    [GeneratedRegex(@"^  .+: (?<points>\d+) values?,.*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CurveLine();

    [GeneratedRegex(@"\]\((\d\d-[\w-]+\.ipynb)\)")]
    private static partial Regex NotebookLink();

    [GeneratedRegex(@"\]\(\.\./notebooks/([\w-]+\.ipynb)\) \[(\d+)\]")]
    private static partial Regex ClaimCell();
}
