using System.Diagnostics;
using System.Text.Json.Nodes;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Notebooks.Running;

/// <summary>
/// Runs notebooks in order, each in a session of its own, and writes executed copies. While a notebook runs its folder is the process's
/// working folder; a process runs one at a time.
/// </summary>
public static class NotebookRunner
{
    private static readonly SemaphoreSlim OneRun = new(1, 1);

    /// <summary>Runs notebooks.</summary>
    /// <param name="paths">The .ipynb files, in the order in which they run.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="progress">Gets each event in order, one at a time; null: nobody. What it writes to the console is not captured.</param>
    /// <param name="cancellation">Ends the running cell and the run; the outputs so far are kept and written.</param>
    /// <returns>What came out; cells that failed are named there.</returns>
    /// <exception cref="InputException">A file is missing or no C# notebook (then nothing has run), or a copy can't be written.</exception>
    public static async Task<NotebookRunReport> RunAsync(
        IReadOnlyList<string> paths,
        NotebookRunOptions? options = null,
        Action<NotebookEvent>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new NotebookRunOptions();
        Plan[] plans = Prepare(paths, options);
        await OneRun.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var environment = new RunEnvironment(options.Parameters);
            var watch = Stopwatch.StartNew();
            var runs = new List<NotebookRun>();
            bool ended = false;
            foreach (Plan plan in plans)
            {
                NotebookRun run = ended || cancellation.IsCancellationRequested
                    ? new NotebookRun { Path = plan.Path, Status = NotebookRunStatus.NotRun, Executed = plan.Notebook }
                    : await RunOneAsync(plan, options, progress, cancellation).ConfigureAwait(false);
                runs.Add(run);
                ended |= run.Status == NotebookRunStatus.Failed && !options.KeepGoing;
            }

            return new NotebookRunReport(runs, watch.Elapsed, cancellation.IsCancellationRequested);
        }
        finally
        {
            OneRun.Release();
        }
    }

    private static Plan[] Prepare(IReadOnlyList<string> paths, NotebookRunOptions options)
    {
        // Everything that a person can fix is found before the first minute is spent.
        string? folder = options.OutputFolder is null ? null : Path.GetFullPath(options.OutputFolder);
        Plan[] plans = [.. paths.Select((path, index) => new Plan(
            path, Path.GetFullPath(path), index, paths.Count, ReadCSharp(path), folder is null ? null
                : Path.Combine(folder, Path.GetFileName(path))))];
        if (plans.GroupBy(plan => plan.Output).FirstOrDefault(group => group.Key is not null && group.Count() > 1) is { } clash)
        {
            string name = Path.GetFileName(clash.Key)!;
            throw new InputException(
                $"{clash.Count()} notebooks are named {name}, and their executed copies would replace each other; run them apart.");
        }

        return plans;
    }

    private static Notebook ReadCSharp(string path)
    {
        Notebook notebook = Notebook.Read(path);
        string? language = Text(notebook.Metadata["kernelspec"], "language") ?? Text(notebook.Metadata["language_info"], "name");
        if (language is not null && !IsCSharp(language))
        {
            throw new InputException($"{path} is a notebook for {language}, but only C# notebooks can be run here.");
        }

        foreach (NotebookCell cell in notebook.CodeCells)
        {
            string? own = Text(cell.Metadata["polyglot_notebook"], "kernelName") ?? Text(cell.Metadata["dotnet_interactive"], "language");
            if (own is not null && !IsCSharp(own))
            {
                throw new InputException($"{path} has a cell in {own} (id {cell.Id}), but only C# cells can be run here.");
            }
        }

        return notebook;
    }

    private static string? Text(JsonNode? parent, string key) => parent is JsonObject members ? MultilineText.Join(members[key]) : null;

    private static bool IsCSharp(string language) => language.ToLowerInvariant() is "c#" or "csharp";

    private static async Task<NotebookRun> RunOneAsync(
        Plan plan, NotebookRunOptions options, Action<NotebookEvent>? progress, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        using var memory = new MemoryWatch();
        Notebook notebook = plan.Notebook.Clone();
        NotebookCell[] cells = [.. notebook.CodeCells];
        Array.ForEach(cells, cell => cell.ClearOutputs());
        SourceStamp.Remove(notebook);
        progress?.Invoke(new NotebookStarted(plan.Path, plan.Index, plan.Count, watch.Elapsed, cells.Length));

        (CellError? error, int ran) = await RunCellsAsync(plan, cells, options, watch, progress, cancellation).ConfigureAwait(false);
        if (error is null)
        {
            SourceStamp.Set(notebook, watch.Elapsed);
        }

        if (plan.Output is not null)
        {
            notebook.Write(plan.Output);
        }

        (long managed, long resident) = memory.Peak();
        var run = new NotebookRun
        {
            Path = plan.Path,
            Status = error is null ? NotebookRunStatus.Completed : NotebookRunStatus.Failed,
            Executed = notebook,
            OutputPath = plan.Output,
            Error = error,
            CellsRun = ran,
            Elapsed = watch.Elapsed,
            PeakManagedBytes = managed,
            PeakResidentBytes = resident,
        };
        progress?.Invoke(new NotebookFinished(plan.Path, plan.Index, plan.Count, watch.Elapsed, run));
        return run;
    }

    private static async Task<(CellError? Error, int Ran)> RunCellsAsync(
        Plan plan, NotebookCell[] cells, NotebookRunOptions options, Stopwatch watch, Action<NotebookEvent>? progress,
            CancellationToken cancellation)
    {
        var results = new List<(NotebookCell Cell, int Number, CellResult Result)>();
        CellError? error = null;
        RunEnvironment.Enter(plan.FullPath);
        using (var session = new ScriptSession(Path.GetDirectoryName(plan.FullPath)!, options.Cells))
        {
            for (int i = 0; i < cells.Length && error is null; i++)
            {
                int number = i + 1;
                progress?.Invoke(new CellStarted(plan.Path, plan.Index, plan.Count, watch.Elapsed, number, cells.Length, cells[i].Source));
                CellResult result = await session.RunAsync(
                    cells[i].Source,
                    number,
                    output => progress?.Invoke(new CellProducedOutput(plan.Path, plan.Index, plan.Count, watch.Elapsed, number, output)),
                    cancellation).ConfigureAwait(false);
                results.Add((cells[i], number, result));
                error = result.Error;
                progress?.Invoke(new CellFinished(
                    plan.Path, plan.Index, plan.Count, watch.Elapsed, number, cells.Length, result.Elapsed, error));
            }
        }

        // Only now, because a later cell may have updated what an earlier one showed.
        foreach ((NotebookCell cell, int number, CellResult result) in results)
        {
            cell.SetOutputs(result.Outputs, number);
        }

        ReleaseMemory();
        return (error, results.Count);
    }

    /// <summary>What a notebook's variables held, tensors above all, must not weigh on the next one.</summary>
    private static void ReleaseMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>A notebook of the run.</summary>
    private sealed record Plan(string Path, string FullPath, int Index, int Count, Notebook Notebook, string? Output);
}
