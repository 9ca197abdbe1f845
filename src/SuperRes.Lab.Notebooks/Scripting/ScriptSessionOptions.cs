namespace SuperRes.Lab.Notebooks.Scripting;

/// <summary>How a session treats its cells.</summary>
public sealed record ScriptSessionOptions
{
    /// <summary>How long a cell may run before it is asked to stop; null (the default): as long as it likes.</summary>
    public TimeSpan? CellTimeLimit { get; init; }

    /// <summary>How long a cell that was asked to stop may take for it before its thread is ended; default 10 seconds.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a cell whose thread was ended may take for it before it is abandoned; default 2 seconds.</summary>
    public TimeSpan AbortGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The largest PNG, in bytes, that is kept beside a value's HTML; default 1,000,000.</summary>
    public int MaxPictureBytes { get; init; } = 1_000_000;

    /// <summary>How much console text of one cell is kept, in characters; default 1,000,000.</summary>
    public int MaxStreamCharacters { get; init; } = 1_000_000;
}
