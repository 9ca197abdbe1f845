namespace SuperRes.Lab.Notebooks.Checking;

/// <summary>Something in a notebook that must be fixed before it is stored.</summary>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Cell">The cell's number among the code cells, from 1; null where it is the notebook as a whole.</param>
/// <param name="Line">The line within the cell, from 1; null where it is the cell as a whole.</param>
public sealed record NotebookFinding(string Message, int? Cell = null, int? Line = null)
{
    /// <summary>The finding with its place.</summary>
    /// <returns>"cell [3], line 2: …".</returns>
    public override string ToString() => (Cell, Line) switch
    {
        (null, _) => Message,
        (_, null) => $"cell [{Cell}]: {Message}",
        _ => $"cell [{Cell}], line {Line}: {Message}",
    };
}
