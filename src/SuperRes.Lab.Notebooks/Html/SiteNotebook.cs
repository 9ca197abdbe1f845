using SuperRes.Lab.Notebooks.Running;

namespace SuperRes.Lab.Notebooks.Html;

/// <summary>A notebook on its way to a page.</summary>
/// <param name="Path">Where it was read from: its name gives the page its name, its folder holds the pictures of its prose.</param>
/// <param name="Notebook">The notebook with its outputs.</param>
/// <param name="Elapsed">How long it ran; null: what the notebook itself says, if anything.</param>
public sealed record SiteNotebook(string Path, Notebook Notebook, TimeSpan? Elapsed = null)
{
    /// <summary>The notebook's file name without its extension.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The notebook's first heading, else its name.</summary>
    public string Title => Notebook.Title is { } title ? MarkdownHtml.PlainText(title) : Name;

    /// <summary>The number of the cell that failed; null where none did.</summary>
    public int? FailedCell => Notebook.CodeCells
        .Select((cell, index) => cell.Outputs.Any(output => output is ErrorOutput) ? index + 1 : (int?)null)
        .FirstOrDefault(number => number is not null);

    /// <summary>Reads an executed notebook.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The notebook.</returns>
    /// <exception cref="InputException">The file is missing or no notebook.</exception>
    public static SiteNotebook Read(string path) => new(path, Notebook.Read(path));

    /// <summary>Takes a notebook from a run.</summary>
    /// <param name="run">One notebook of a report.</param>
    /// <returns>The notebook.</returns>
    public static SiteNotebook From(NotebookRun run) =>
        new(run.Path, run.Executed, run.Status == NotebookRunStatus.NotRun ? null : run.Elapsed);
}
