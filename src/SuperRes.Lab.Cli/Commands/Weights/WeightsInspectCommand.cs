using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Course;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres weights inspect</c>: what a file of weights holds.</summary>
internal sealed class WeightsInspectCommand : LabCommand
{
    private static readonly JsonSerializerOptions _jsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly CommandContext _context;
    private readonly Argument<string> _file = new("FILE") { HelpName = "FILE", Description = "A .safetensors or .pth file." };
    private readonly Option<string?> _json = Values.Text("--json", "FILE", "Write the description as JSON; - is the output.");

    public WeightsInspectCommand(CommandContext context)
        : base("inspect", "Show what a file of weights holds, without loading it.", "superres weights inspect model.safetensors",
            "superres weights inspect learn.pth --json -")
    {
        _context = context;
        Arguments.Add(_file);
        Options.Add(_json);
    }

    protected override int Run(ParseResult parsed)
    {
        WeightsDescription description = WeightsInspector.Describe(parsed.GetRequiredValue(_file));
        string? json = parsed.GetValue(_json);
        if (json != "-")
        {
            _context.Terminal.Result(ToText(description));
        }

        if (json is not null)
        {
            _context.WriteText(json, JsonSerializer.Serialize(description, _jsonOptions));
        }

        return ExitCodes.Done;
    }

    private static string ToText(WeightsDescription description)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{description.Path}: {description.Format}, {Words.OfBytes(description.FileBytes)}, {description.TensorCount} tensors, "
            + $"{description.Parameters:N0} parameters");
        foreach ((string name, string value) in description.Metadata)
        {
            text.Append("\n  ").Append(name).Append(" = ").Append(value.ReplaceLineEndings(" "));
        }

        int width = description.Entries.Select(entry => entry.Name.Length).DefaultIfEmpty().Max();
        foreach (WeightsEntry entry in description.Entries)
        {
            text.Append('\n').Append(entry.Name.PadRight(width)).Append("  ").Append(entry.Type.PadRight(4)).Append("  [")
                .AppendJoin(", ", entry.Shape).Append(']');
        }

        return text.ToString();
    }
}
