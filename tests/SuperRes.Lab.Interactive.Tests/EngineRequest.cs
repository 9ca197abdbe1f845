namespace SuperRes.Lab.Interactive.Tests;

/// <summary>Cells for the engine.</summary>
/// <param name="Folder">The folder they run in, as a notebook's.</param>
/// <param name="Cells">Their code, in order.</param>
/// <param name="StopCell">
/// The cell, from 0, that is stopped as by the Stop button once it has replaced something it showed; null for none.
/// </param>
internal sealed record EngineRequest(string Folder, IReadOnlyList<string> Cells, int? StopCell = null);
