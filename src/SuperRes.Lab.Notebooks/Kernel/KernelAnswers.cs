using System.Text;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Notebooks.Kernel;

/// <summary>Answers to the requests that run no code.</summary>
internal sealed class KernelAnswers(ScriptSession session, KernelExecution execution)
{
    private readonly string _historySession = "1";

    /// <summary>What kernel this is.</summary>
    public static JsonObject Information()
    {
        string version = typeof(KernelAnswers).Assembly.GetName().Version?.ToString(3) ?? "0";
        return new JsonObject
        {
            ["status"] = "ok",
            ["protocol_version"] = "5.3",
            ["implementation"] = "superres",
            ["implementation_version"] = version,
            ["banner"] = $"SuperRes.Lab {version}, C# by Roslyn scripting",
            ["debugger"] = false,
            ["help_links"] = new JsonArray(),
            ["language_info"] = new JsonObject
            {
                ["name"] = "C#",
                ["version"] = Environment.Version.ToString(),
                ["mimetype"] = "text/x-csharp",
                ["file_extension"] = ".cs",
                ["pygments_lexer"] = "csharp",
                ["codemirror_mode"] = "text/x-csharp",
            },
        };
    }

    /// <summary>The content of the reply; null where the request is of a kind that gets none.</summary>
    public JsonObject? Answer(KernelMessage request) => request.Type switch
    {
        "kernel_info_request" => Information(),
        "complete_request" => Complete(request.Content),
        "inspect_request" => Inspect(request.Content),
        "is_complete_request" => IsComplete((string?)request.Content["code"] ?? ""),
        "history_request" => History(request.Content),
        "comm_info_request" => new JsonObject { ["status"] = "ok", ["comms"] = new JsonObject() },
        _ => null,
    };

    private static JsonObject IsComplete(string code)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(ScriptParts.BlankDirectives(code), ScriptParts.Parsing);
        return !SyntaxFactory.IsCompleteSubmission(tree) ? new JsonObject { ["status"] = "incomplete", ["indent"] = "    " }
            : tree.GetDiagnostics().Any(found => found.Severity == DiagnosticSeverity.Error) ? new JsonObject { ["status"] = "invalid" }
            : new JsonObject { ["status"] = "complete" };
    }

    /// <summary>Jupyter counts characters as Unicode does, .NET in 16-bit units.</summary>
    private static int ToUnits(string code, int characters)
    {
        int units = 0;
        foreach (Rune rune in code.EnumerateRunes())
        {
            if (characters-- <= 0)
            {
                break;
            }

            units += rune.Utf16SequenceLength;
        }

        return units;
    }

    private static int ToCharacters(string code, int units) => code[..units].EnumerateRunes().Count();

    private static (string Code, int Position) Cursor(JsonObject content)
    {
        string code = (string?)content["code"] ?? "";
        return (code, ToUnits(code, (int?)content["cursor_pos"] ?? int.MaxValue));
    }

    private JsonObject Complete(JsonObject content)
    {
        (string code, int position) = Cursor(content);
        ScriptCompletions found = ScriptCompleter.Complete(session, code, position);
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. found.Names.Select(name => (JsonNode)JsonValue.Create(name))]),
            ["cursor_start"] = ToCharacters(code, found.Start),
            ["cursor_end"] = ToCharacters(code, position),
            ["metadata"] = new JsonObject(),
        };
    }

    private JsonObject Inspect(JsonObject content)
    {
        (string code, int position) = Cursor(content);
        string? text = ScriptInspector.Inspect(session, code, position);
        return new JsonObject
        {
            ["status"] = "ok",
            ["found"] = text is not null,
            ["data"] = text is null ? new JsonObject() : new JsonObject { [MimeBundle.Plain] = text },
            ["metadata"] = new JsonObject(),
        };
    }

    private JsonObject History(JsonObject content)
    {
        IEnumerable<(int Number, string Source)> asked = execution.History;
        if ((string?)content["hist_access_type"] == "tail" && (int?)content["n"] is { } last)
        {
            asked = asked.TakeLast(last);
        }

        return new JsonObject
        {
            ["status"] = "ok",
            ["history"] = new JsonArray([.. asked.Select(cell => (JsonNode)new JsonArray(_historySession, cell.Number, cell.Source))]),
        };
    }
}
