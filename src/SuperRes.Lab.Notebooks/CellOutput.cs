using System.Text.Json.Nodes;

namespace SuperRes.Lab.Notebooks;

/// <summary>One output of a code cell.</summary>
public abstract record CellOutput;

/// <summary>Text that the cell wrote to a console stream.</summary>
/// <param name="Stream">"stdout" or "stderr".</param>
/// <param name="Text">What was written, line ends included.</param>
public sealed record StreamOutput(string Stream, string Text) : CellOutput;

/// <summary>A value that the cell showed.</summary>
/// <param name="Data">The value in each format that it has.</param>
/// <param name="IsResult">True for the value of the cell's last expression, false for one shown on the way.</param>
/// <param name="DisplayId">Names the output for later updates; null where it can't be updated. Not stored in files.</param>
public sealed record DisplayOutput(MimeBundle Data, bool IsResult = false, string? DisplayId = null) : CellOutput;

/// <summary>The failure that ended the cell.</summary>
/// <param name="Name">The kind of failure: an exception's type name, or "CompilationError".</param>
/// <param name="Message">What the failure says.</param>
/// <param name="Traceback">What to show, message first, then the place, then the stack.</param>
public sealed record ErrorOutput(string Name, string Message, IReadOnlyList<string> Traceback) : CellOutput;

/// <summary>An output of a kind that this program doesn't know; kept as it was read.</summary>
/// <param name="Json">The output as the file holds it.</param>
public sealed record UnknownOutput(JsonObject Json) : CellOutput;

/// <summary>One value in one or more formats, the richest of which a viewer shows.</summary>
/// <param name="Entries">Content by MIME type: text for text types, base64 for images, JSON for the rest.</param>
public sealed record MimeBundle(IReadOnlyDictionary<string, JsonNode?> Entries)
{
    /// <summary>The MIME type of HTML.</summary>
    public const string Html = "text/html";

    /// <summary>The MIME type of plain text.</summary>
    public const string Plain = "text/plain";

    /// <summary>The MIME type of PNG pictures, base64 in a bundle.</summary>
    public const string Png = "image/png";

    /// <summary>Makes a bundle of text entries.</summary>
    /// <param name="entries">MIME types and their content.</param>
    /// <returns>The bundle.</returns>
    public static MimeBundle Of(params IEnumerable<(string Mime, string Content)> entries) =>
        new(entries.ToDictionary(e => e.Mime, e => (JsonNode?)JsonValue.Create(e.Content), StringComparer.Ordinal));

    /// <summary>The content of one format as text.</summary>
    /// <param name="mime">The MIME type.</param>
    /// <returns>The text; null where the bundle has no such entry or it is no text.</returns>
    public string? Text(string mime) => Entries.TryGetValue(mime, out JsonNode? content) ? MultilineText.Join(content) : null;
}
