using System.Globalization;
using System.Text;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Running;
using SuperRes.Lab.Notebooks.Scripting;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Cli.NotebookRuns;

/// <summary>Shows a run of notebooks: what cells print as it comes, each notebook's end, and a table of all.</summary>
internal sealed class NotebookRunView(Terminal terminal, IProgressView bar)
{
    private readonly StringBuilder _line = new();

    public void Show(NotebookEvent happening)
    {
        string name = Path.GetFileName(happening.Notebook);
        switch (happening)
        {
            case NotebookStarted started:
                terminal.Note($"[{started.Index + 1}/{started.Count}] {name}");
                break;
            case CellStarted cell:
                bar.Report((cell.Index + ((cell.Cell - 1.0) / cell.Cells)) / cell.Count,
                    $"{name}, cell {cell.Cell} of {cell.Cells}, {FirstLine(cell.Source)}");
                break;
            case CellProducedOutput { Output.Output: StreamOutput stream }:
                Print(stream.Text);
                break;
            case CellFinished:
                EndLine();
                break;
            case NotebookFinished { Run: var run } when run.Error is { } error:
                terminal.Error($"{run.Path} {error.Place}: {error.Name}: {error.Message.Split('\n')[0]}");
                foreach (string line in error.Lines.Skip(error.Message.Split('\n').Length))
                {
                    terminal.Note("  " + line);
                }

                break;
            case NotebookFinished { Run: var run }:
                terminal.Note($"  {Words.Of(run.Elapsed)}, at most {Words.OfBytes(run.PeakResidentBytes)} of memory");
                break;
        }
    }

    /// <summary>The table of all notebooks.</summary>
    public static string Summary(NotebookRunReport report) => new Table(
        ["notebook", "result", "cells", "time", "memory"],
        [.. report.Notebooks.Select(run => (IReadOnlyList<object?>)
            [Path.GetFileName(run.Path), Result(run, report.Interrupted), run.CellsRun,
                run.Status == NotebookRunStatus.NotRun ? "" : Words.Of(run.Elapsed), run.PeakResidentBytes == 0 ? ""
                : Words.OfBytes(run.PeakResidentBytes)])])
        .ToText().TrimEnd();

    private static string Result(NotebookRun run, bool interrupted) => run.Status switch
    {
        NotebookRunStatus.Completed => "done",
        NotebookRunStatus.Failed when interrupted && run.Error?.Kind is CellErrorKind.Interrupted or CellErrorKind.Abandoned =>
            "interrupted",
        NotebookRunStatus.Failed => string.Create(CultureInfo.InvariantCulture, $"failed in cell [{run.Error?.Cell}]"),
        _ => "not run",
    };

    private void Print(string text)
    {
        _line.Append(text);
        string[] lines = _line.ToString().Split('\n');
        foreach (string line in lines[..^1])
        {
            terminal.Note("  " + line.TrimEnd('\r'));
        }

        _line.Clear().Append(lines[^1]);
    }

    private void EndLine()
    {
        if (_line.Length > 0)
        {
            terminal.Note("  " + _line);
            _line.Clear();
        }
    }

    private static string FirstLine(string source)
    {
        const int Most = 40;
        string line = source.TrimStart().Split('\n')[0].Trim();
        return line.Length > Most ? line[..Most] + "…" : line;
    }
}
