using System.Text.Json;
using System.Text.Json.Nodes;

namespace SuperRes.Lab.Notebooks;

/// <summary>What a cell holds.</summary>
public enum CellKind
{
    /// <summary>Prose in Markdown.</summary>
    Markdown,

    /// <summary>Code, with its outputs.</summary>
    Code,

    /// <summary>Text that is passed through as it is.</summary>
    Raw,
}

/// <summary>A cell of a <see cref="Notebook"/>: a typed view of its JSON, so that fields this program doesn't know are kept.</summary>
public sealed class NotebookCell
{
    internal NotebookCell(JsonObject json)
    {
        Json = json;
    }

    /// <summary>What the cell holds.</summary>
    public CellKind Kind => MultilineText.Join(Json["cell_type"]) switch
    {
        "markdown" => CellKind.Markdown,
        "code" => CellKind.Code,
        _ => CellKind.Raw,
    };

    /// <summary>The cell's id, unique in its notebook.</summary>
    public string Id => Json["id"]!.GetValue<string>();

    /// <summary>The cell's text; lines end in a line feed.</summary>
    public string Source
    {
        get => (MultilineText.Join(Json["source"]) ?? "").Replace("\r\n", "\n", StringComparison.Ordinal);
        set => Json["source"] = MultilineText.Split(value.Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    /// <summary>The cell's metadata, to read and to change.</summary>
    public JsonObject Metadata
    {
        get
        {
            if (Json["metadata"] is JsonObject metadata)
            {
                return metadata;
            }

            var fresh = new JsonObject();
            Json["metadata"] = fresh;
            return fresh;
        }
    }

    /// <summary>The number under which the code last ran; null before that and for other kinds of cells.</summary>
    public int? ExecutionCount => Json["execution_count"] is JsonValue count && count.GetValueKind() == JsonValueKind.Number
        && count.TryGetValue(out int number) ? number : null;

    /// <summary>The outputs of a code cell; none for other kinds.</summary>
    public IReadOnlyList<CellOutput> Outputs =>
        Json["outputs"] is JsonArray outputs ? [.. outputs.OfType<JsonObject>().Select(CellOutputJson.Read)] : [];

    internal JsonObject Json { get; }

    /// <summary>Makes a cell of Markdown.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="id">Its id: 1–64 letters, digits, '-' or '_'; null: the notebook that takes the cell gives one.</param>
    /// <returns>The cell.</returns>
    public static NotebookCell Markdown(string source, string? id = null) => Create("markdown", source, id);

    /// <summary>Makes a cell of code, without outputs.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="id">Its id: 1–64 letters, digits, '-' or '_'; null: the notebook that takes the cell gives one.</param>
    /// <returns>The cell.</returns>
    public static NotebookCell Code(string source, string? id = null)
    {
        NotebookCell cell = Create("code", source, id);
        cell.ClearOutputs();
        return cell;
    }

    /// <summary>Stores what a run of this code cell gave.</summary>
    /// <param name="outputs">The outputs in order.</param>
    /// <param name="executionCount">The number of the run; null: the cell was not run.</param>
    public void SetOutputs(IEnumerable<CellOutput> outputs, int? executionCount)
    {
        Json["execution_count"] = executionCount;
        Json["outputs"] = new JsonArray([.. outputs.Select(output => (JsonNode)CellOutputJson.Write(output, executionCount))]);
    }

    /// <summary>Takes the outputs and the execution number away.</summary>
    public void ClearOutputs() => SetOutputs([], executionCount: null);

    private static NotebookCell Create(string type, string source, string? id)
    {
        var cell = new NotebookCell(new JsonObject { ["cell_type"] = type, ["metadata"] = new JsonObject() }) { Source = source };
        if (id is not null)
        {
            cell.Json["id"] = id;
        }

        return cell;
    }
}
