using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Notebooks.Running;

/// <summary>Something that happened in a run of notebooks.</summary>
/// <param name="Notebook">The notebook's path.</param>
/// <param name="Index">Its place in the run, from 0.</param>
/// <param name="Count">How many notebooks the run has.</param>
/// <param name="Elapsed">Time since the notebook began.</param>
public abstract record NotebookEvent(string Notebook, int Index, int Count, TimeSpan Elapsed);

/// <summary>A notebook begins.</summary>
/// <param name="Notebook">The notebook's path.</param>
/// <param name="Index">Its place in the run, from 0.</param>
/// <param name="Count">How many notebooks the run has.</param>
/// <param name="Elapsed">Zero.</param>
/// <param name="Cells">How many code cells it has.</param>
public sealed record NotebookStarted(string Notebook, int Index, int Count, TimeSpan Elapsed, int Cells)
    : NotebookEvent(Notebook, Index, Count, Elapsed);

/// <summary>A cell begins.</summary>
/// <param name="Notebook">The notebook's path.</param>
/// <param name="Index">Its place in the run, from 0.</param>
/// <param name="Count">How many notebooks the run has.</param>
/// <param name="Elapsed">Time since the notebook began.</param>
/// <param name="Cell">The cell's number among the code cells, from 1.</param>
/// <param name="Cells">How many code cells the notebook has.</param>
/// <param name="Source">The cell's text.</param>
public sealed record CellStarted(string Notebook, int Index, int Count, TimeSpan Elapsed, int Cell, int Cells, string Source)
    : NotebookEvent(Notebook, Index, Count, Elapsed);

/// <summary>A running cell put something out.</summary>
/// <param name="Notebook">The notebook's path.</param>
/// <param name="Index">Its place in the run, from 0.</param>
/// <param name="Count">How many notebooks the run has.</param>
/// <param name="Elapsed">Time since the notebook began.</param>
/// <param name="Cell">The cell's number among the code cells, from 1.</param>
/// <param name="Output">The output, or the piece of text that a stream grew by.</param>
public sealed record CellProducedOutput(string Notebook, int Index, int Count, TimeSpan Elapsed, int Cell, CellOutputEvent Output)
    : NotebookEvent(Notebook, Index, Count, Elapsed);

/// <summary>A cell has ended.</summary>
/// <param name="Notebook">The notebook's path.</param>
/// <param name="Index">Its place in the run, from 0.</param>
/// <param name="Count">How many notebooks the run has.</param>
/// <param name="Elapsed">Time since the notebook began.</param>
/// <param name="Cell">The cell's number among the code cells, from 1.</param>
/// <param name="Cells">How many code cells the notebook has.</param>
/// <param name="CellElapsed">How long the cell ran.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record CellFinished(
    string Notebook, int Index, int Count, TimeSpan Elapsed, int Cell, int Cells, TimeSpan CellElapsed, CellError? Error)
    : NotebookEvent(Notebook, Index, Count, Elapsed);

/// <summary>A notebook has ended, and its executed copy is written where one was asked for.</summary>
/// <param name="Notebook">The notebook's path.</param>
/// <param name="Index">Its place in the run, from 0.</param>
/// <param name="Count">How many notebooks the run has.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Run">What came out.</param>
public sealed record NotebookFinished(string Notebook, int Index, int Count, TimeSpan Elapsed, NotebookRun Run)
    : NotebookEvent(Notebook, Index, Count, Elapsed);
