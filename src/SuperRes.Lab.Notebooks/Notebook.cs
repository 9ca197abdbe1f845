using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Notebooks;

/// <summary>
/// A notebook in the .ipynb format, nbformat 4. Files of minor versions 4.0–4.4 are read too and become 4.5 (their cells get ids).
/// Whatever the file holds beyond the members of this class is kept and written again.
/// </summary>
public sealed partial class Notebook
{
    private const int FormatMajor = 4;
    private const int FormatMinor = 5;

    private readonly JsonObject _json;
    private readonly List<NotebookCell> _cells;

    private Notebook(JsonObject json, List<NotebookCell> cells)
    {
        _json = json;
        _cells = cells;
        GiveIds();
    }

    /// <summary>The cells in order.</summary>
    public IReadOnlyList<NotebookCell> Cells => _cells;

    /// <summary>The cells that hold code, in order.</summary>
    public IEnumerable<NotebookCell> CodeCells => _cells.Where(cell => cell.Kind == CellKind.Code);

    /// <summary>The notebook's metadata, to read and to change.</summary>
    public JsonObject Metadata => _json["metadata"]!.AsObject();

    /// <summary>The first heading in the notebook's prose; null where there is none.</summary>
    public string? Title => _cells.Where(cell => cell.Kind == CellKind.Markdown)
        .SelectMany(cell => cell.Source.Split('\n'))
        .FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim();

    /// <summary>Makes an empty notebook with the metadata of the C# kernel, as Polyglot Notebooks, Verso and Jupyter expect it.</summary>
    /// <returns>The notebook.</returns>
    public static Notebook Create() => new(
        new JsonObject { ["metadata"] = CSharpMetadata(), ["nbformat"] = FormatMajor, ["nbformat_minor"] = FormatMinor },
        []);

    /// <summary>Reads a notebook from a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The notebook.</returns>
    /// <exception cref="InputException">The file is missing, can't be read, or is no nbformat-4 notebook.</exception>
    public static Notebook Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"The notebook {path} does not exist; check the name.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The notebook {path} can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>Reads a notebook from text.</summary>
    /// <param name="json">The content of an .ipynb file.</param>
    /// <param name="name">What to call the notebook in errors, such as its path.</param>
    /// <returns>The notebook.</returns>
    /// <exception cref="InputException">The text is no nbformat-4 notebook.</exception>
    public static Notebook Parse(string json, string name)
    {
        JsonObject root = ParseObject(json, name);
        if (Number(root["nbformat"]) is not FormatMajor)
        {
            string found = root["nbformat"]?.ToJsonString() ?? "none";
            throw new InputException(
                $"{name} has nbformat {found}, but this program reads nbformat 4; save it again with Jupyter or VS Code.");
        }

        if (root["cells"] is not JsonArray cells)
        {
            throw new InputException($"{name} has no list \"cells\", so it is no notebook of nbformat 4.");
        }

        root.Remove("cells");
        if (root["metadata"] is not JsonObject)
        {
            root["metadata"] = new JsonObject();
        }

        root["nbformat_minor"] = Math.Max(FormatMinor, Number(root["nbformat_minor"]) ?? 0);
        List<NotebookCell> list = [.. cells.Select((cell, index) => ReadCell(cell, index, name))];
        cells.Clear(); // frees the cells from their old parent
        return new Notebook(root, list);
    }

    /// <summary>Puts a cell at the end.</summary>
    /// <param name="cell">The cell; without an id, or with one that is taken, it gets an id of its own.</param>
    /// <returns>This notebook.</returns>
    public Notebook Add(NotebookCell cell)
    {
        _cells.Add(cell);
        GiveIds();
        return this;
    }

    /// <summary>A copy that shares nothing with this notebook.</summary>
    /// <returns>The copy.</returns>
    public Notebook Clone() => Parse(ToJson(), "the notebook");

    /// <summary>The notebook as text, formatted as Jupyter formats it; the same notebook always gives the same text.</summary>
    /// <returns>The content of an .ipynb file.</returns>
    public string ToJson()
    {
        JsonObject whole = _json.DeepClone().AsObject();
        whole["cells"] = new JsonArray([.. _cells.Select(Normalised)]);
        return JupyterJson.Write(whole);
    }

    /// <summary>Writes the notebook to a file; readers meet the old file or the new one, never half of it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file can't be written.</exception>
    public void Write(string path) => AtomicFile.WriteAllText(path, ToJson());

    private static JsonObject ParseObject(string json, string name)
    {
        try
        {
            return JupyterJson.Parse(json) as JsonObject
                ?? throw new InputException($"{name} is no notebook: its JSON holds no object at the top.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{name} is no notebook: its JSON is broken{Place(e)}.", e);
        }
    }

    private static string Place(JsonException e) =>
        e.LineNumber is { } line ? $" at line {line + 1}, column {e.BytePositionInLine + 1}" : $": {e.Message.TrimEnd('.')}";

    private static NotebookCell ReadCell(JsonNode? node, int index, string name)
    {
        if (node is not JsonObject json || MultilineText.Join(json["cell_type"]) is not ("code" or "markdown" or "raw"))
        {
            throw new InputException($"{name} is damaged: entry {index + 1} of \"cells\" is no cell with a cell_type of code, markdown or "
                + $"raw.");
        }

        if (MultilineText.Join(json["source"]) is null)
        {
            throw new InputException($"{name} is damaged: the source of cell {index + 1} is neither text nor a list of lines.");
        }

        return new NotebookCell(json);
    }

    private static int? Number(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out int number) ? number : null;

    /// <summary>The cell as a file holds it: text as lists of lines, and the fields that the format demands of its kind.</summary>
    private static JsonNode Normalised(NotebookCell cell)
    {
        _ = cell.Metadata; // demanded of every cell; the getter adds it
        JsonObject json = cell.Json.DeepClone().AsObject();
        json["source"] = MultilineText.Split(MultilineText.Join(json["source"])!);
        if (cell.Kind == CellKind.Code)
        {
            json.TryAdd("execution_count", null);
            json.TryAdd("outputs", new JsonArray());
        }

        return json;
    }

    private static JsonObject CSharpMetadata() => new()
    {
        ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
        ["language_info"] = new JsonObject
        {
            ["file_extension"] = ".cs",
            ["mimetype"] = "text/x-csharp",
            ["name"] = "C#",
            ["pygments_lexer"] = "csharp",
        },
        ["polyglot_notebook"] = new JsonObject
        {
            ["kernelInfo"] = new JsonObject
            {
                ["defaultKernelName"] = "csharp",
                ["items"] = new JsonArray(new JsonObject { ["aliases"] = new JsonArray(), ["name"] = "csharp" }),
            },
        },
    };

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex ValidId();

    /// <summary>Gives ids to the cells that have none, or one that is taken; ids follow from place and text, so the same file gets the
    /// same.</summary>
    private void GiveIds()
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < _cells.Count; i++)
        {
            string? id = MultilineText.Join(_cells[i].Json["id"]);
            for (int attempt = 0; id is null || !ValidId().IsMatch(id) || !taken.Add(id); attempt++)
            {
                byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{i}/{attempt}/{_cells[i].Source}"));
                id = Convert.ToHexStringLower(hash.AsSpan(0, 4));
                _cells[i].Json["id"] = id;
            }
        }
    }
}
