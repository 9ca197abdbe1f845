using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SuperRes.Lab.Notebooks;

/// <summary>
/// Records in a notebook's metadata from which code its outputs come: <c>"superres": {"cells": [one hash per code cell], "seconds": …}</c>.
/// Prose may change without making outputs stale; line ends don't count.
/// </summary>
internal static class SourceStamp
{
    private const string Key = "superres";
    private const int HashBytes = 8;

    public static void Set(Notebook notebook, TimeSpan elapsed) => notebook.Metadata[Key] = new JsonObject
    {
        ["cells"] = new JsonArray([.. Hashes(notebook).Select(hash => (JsonNode)JsonValue.Create(hash))]),
        ["seconds"] = Math.Round(elapsed.TotalSeconds, 1),
    };

    public static void Remove(Notebook notebook) => notebook.Metadata.Remove(Key);

    /// <summary>The hashes of the code that ran; null where the notebook has no stamp of a complete run.</summary>
    public static IReadOnlyList<string>? Read(Notebook notebook) => notebook.Metadata[Key] is JsonObject stamp
        && stamp["cells"] is JsonArray cells
        ? [.. cells.Select(cell => MultilineText.Join(cell) ?? "")]
        : null;

    /// <summary>How long the stored run took; null where there is none.</summary>
    public static TimeSpan? Elapsed(Notebook notebook) =>
        notebook.Metadata[Key] is JsonObject stamp && stamp["seconds"] is JsonValue value && value.TryGetValue(out double seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    public static IReadOnlyList<string> Hashes(Notebook notebook) => [.. notebook.CodeCells.Select(cell => Hash(cell.Source))];

    private static string Hash(string source) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, HashBytes));
}
