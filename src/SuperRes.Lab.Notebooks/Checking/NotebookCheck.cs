using System.Text;

namespace SuperRes.Lab.Notebooks.Checking;

/// <summary>
/// Says whether a notebook may be stored: it runs in every engine, and its outputs are there, current, free of errors and of traces of
/// the machine that made them.
/// </summary>
public static class NotebookCheck
{
    /// <summary>The text of the cell with which every notebook begins.</summary>
    public const string FirstCell = "#!import lab.csx";

    /// <summary>Checks a file.</summary>
    /// <param name="path">The notebook.</param>
    /// <param name="options">What is asked; null: the defaults.</param>
    /// <returns>What must be fixed; empty where nothing is wrong.</returns>
    /// <exception cref="InputException">The file is missing or no notebook.</exception>
    public static IReadOnlyList<NotebookFinding> Check(string path, NotebookCheckOptions? options = null) =>
        Check(Notebook.Read(path), options);

    /// <summary>Checks a notebook.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="options">What is asked; null: the defaults.</param>
    /// <returns>What must be fixed; empty where nothing is wrong.</returns>
    public static IReadOnlyList<NotebookFinding> Check(Notebook notebook, NotebookCheckOptions? options = null)
    {
        options ??= new NotebookCheckOptions();
        var findings = new List<NotebookFinding>();
        if (notebook.Cells is not [{ Kind: CellKind.Code } first, ..] || first.Source.Trim() != FirstCell)
        {
            findings.Add(new NotebookFinding($"the first cell must be code and hold only {FirstCell}"));
        }
        else if (first.Outputs.Count > 0)
        {
            findings.Add(new NotebookFinding(
                "the import shows something, such as the addresses that .NET Interactive writes there; take it away with "
                + "superres notebooks clean, or run the notebook with superres notebooks run", 1));
        }

        int number = 0;
        foreach (NotebookCell cell in notebook.CodeCells)
        {
            number++;
            findings.AddRange(PortableCode.Check(cell.Source, number));
            findings.AddRange(OutputTraces.Check(cell, number, options.PrivateNames));
            findings.AddRange(cell.Outputs.OfType<ErrorOutput>().Select(error => new NotebookFinding(
                $"the stored output is an error ({error.Name}: {FirstLine(error.Message)}); fix the cell and run the notebook again",
                    number)));
        }

        if (options.RequireOutputs)
        {
            findings.AddRange(CheckCurrent(notebook));
        }

        long bytes = Encoding.UTF8.GetByteCount(notebook.ToJson());
        if (bytes > options.MaxBytes)
        {
            findings.Add(new NotebookFinding(
                $"the file has {bytes:N0} bytes, but at most {options.MaxBytes:N0} are wanted; show fewer or smaller pictures"));
        }

        return findings;
    }

    private static IEnumerable<NotebookFinding> CheckCurrent(Notebook notebook)
    {
        const string remedy = "run it with superres notebooks run";
        IReadOnlyList<string> now = SourceStamp.Hashes(notebook);
        IReadOnlyList<string>? then = SourceStamp.Read(notebook);
        if (then is null)
        {
            return [new NotebookFinding($"there is no record of a complete run; {remedy}")];
        }

        if (then.Count != now.Count)
        {
            return [new NotebookFinding($"code cells were added or removed since the outputs were made; {remedy}")];
        }

        NotebookCell[] cells = [.. notebook.CodeCells];
        return Enumerable.Range(0, cells.Length)
            .Where(i => now[i] != then[i] || (cells[i].ExecutionCount is null && cells[i].Source.Trim().Length > 0))
            .Select(i => new NotebookFinding(
                now[i] == then[i] ? $"the outputs were taken away; {remedy}"
                    : $"the code was changed since the outputs were made; {remedy}", i + 1));
    }

    private static string FirstLine(string text) => text.Split('\n')[0];
}
