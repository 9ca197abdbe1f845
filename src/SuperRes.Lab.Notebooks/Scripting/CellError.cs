namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>What kind of failure ended a cell.</summary>
public enum CellErrorKind
{
    /// <summary>The cell, or a file it imports, is no valid C# or has a wrong directive; nothing of that part ran.</summary>
    Compilation,

    /// <summary>The code threw.</summary>
    Exception,

    /// <summary>The person interrupted it.</summary>
    Interrupted,

    /// <summary>It ran longer than a cell may.</summary>
    TimeLimit,

    /// <summary>It was asked to stop, did not, and was left behind running.</summary>
    Abandoned,
}

/// <summary>The failure of a cell, with the place in the notebook where a person looks for it.</summary>
public sealed record CellError
{
    /// <summary>What kind of failure.</summary>
    public required CellErrorKind Kind { get; init; }

    /// <summary>The exception's type name, "CompilationError", "Interrupted" or "TimeLimit".</summary>
    public required string Name { get; init; }

    /// <summary>What the failure says; for several compile errors the first.</summary>
    public required string Message { get; init; }

    /// <summary>The cell's number: its place among the notebook's code cells, from 1, as notebook programs print it in brackets.</summary>
    public required int Cell { get; init; }

    /// <summary>The line within the cell, from 1; null where none is known.</summary>
    public int? Line { get; init; }

    /// <summary>The column within the line, from 1; null where none is known.</summary>
    public int? Column { get; init; }

    /// <summary>The text of that line; null where no line is known.</summary>
    public string? SourceLine { get; init; }

    /// <summary>
    /// More about it: further compile errors, the place inside an imported file, causes, and the stack as far as it is the person's code
    /// or a library's.
    /// </summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>"cell [3], line 2".</summary>
    public string Place => Line is { } line ? $"cell [{Cell}], line {line}" : $"cell [{Cell}]";

    /// <summary>The failure as lines of text: message, place with the source line, details.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            List<string> lines = [.. Message.Split('\n'), Kind == CellErrorKind.Exception ? $"{Name} in {Place}" : $"in {Place}"];
            if (SourceLine is not null)
            {
                string number = $"{Line,5} | ";
                lines.Add(number + SourceLine);
                if (Column is { } column)
                {
                    lines.Add(new string(' ', number.Length) + Padding(SourceLine, column - 1) + "^");
                }
            }

            return [.. lines, .. Details];
        }
    }

    /// <summary>The failure as an output of the cell.</summary>
    /// <returns>The output.</returns>
    public ErrorOutput ToOutput() => new(Name, Message, Lines);

    /// <summary>The failure as text of several lines.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Join('\n', Lines);

    /// <summary>Blanks as wide as the line's beginning, tabs kept, so that the mark stands under its place.</summary>
    private static string Padding(string line, int count) => string.Concat(line.Take(count).Select(c => c == '\t' ? '\t' : ' '));
}
