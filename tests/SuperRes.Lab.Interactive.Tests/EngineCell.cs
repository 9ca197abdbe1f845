namespace SuperRes.Lab.Interactive.Tests;

/// <summary>What the engine did with one cell.</summary>
/// <param name="Error">Why it failed; null where it did not.</param>
/// <param name="Outputs">What it showed, in order, as it stood at the end.</param>
/// <param name="Updates">How many times something shown was replaced.</param>
internal sealed record EngineCell(string? Error, IReadOnlyList<EngineOutput> Outputs, int Updates);

/// <summary>One output of a cell.</summary>
/// <param name="Kind">"stdout", "stderr", "display" or "result".</param>
/// <param name="Formats">Its content by MIME type.</param>
internal sealed record EngineOutput(string Kind, IReadOnlyDictionary<string, string> Formats);
