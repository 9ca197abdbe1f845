using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Notebooks.Running;

/// <summary>How notebooks are run.</summary>
public sealed record NotebookRunOptions
{
    /// <summary>Environment variables for the time of the run, by name; default none. Restored afterwards.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Where executed copies go, under the notebooks' own names; null (the default): nowhere. The notebooks' own folder replaces them.
    /// </summary>
    public string? OutputFolder { get; init; }

    /// <summary>Whether the notebooks after a failed one run too; default false. The rest of the failed one never runs.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>Limits of cells; default: no time limit.</summary>
    public ScriptSessionOptions Cells { get; init; } = new();
}
