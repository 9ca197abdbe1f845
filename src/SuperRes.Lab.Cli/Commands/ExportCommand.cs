using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Models;
using SuperRes.Lab.Onnx;
using TorchSharp;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres export</c>: a model as an ONNX file for other programs.</summary>
internal sealed class ExportCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string> _model = new("MODEL") { HelpName = "MODEL", Description = ModelFiles.Description[11..] };
    private readonly Argument<string> _output = new("OUT") { HelpName = "OUT.onnx", Description = "The file to write." };
    private readonly Option<string?> _dtype = Values.Choice(
        "--dtype", "TYPE", "Weights and arithmetic: float32, or float16 for half the size. Default: float32.", "float32", "float16");

    private readonly Option<int?> _tile = Values.Integer(
        "--tile", "N", "Take pictures of N×N pixels alone, for programs that need a fixed size. Default: any height and width.", 16, 8192);

    public ExportCommand(CommandContext context)
        : base(
            "export",
            "Write a model as ONNX, for browsers, phones and other programs: RGB pictures from 0 to 1 in and out.",
            "superres export lite-x2 lite-x2.onnx",
            "superres export runs/mine mine.onnx --dtype float16",
            "superres export lite-restore restore.onnx --tile 256")
    {
        _context = context;
        Arguments.Add(_model);
        Arguments.Add(_output);
        Options.Add(_dtype);
        Options.Add(_tile);
    }

    protected override int Run(ParseResult parsed)
    {
        string output = parsed.GetRequiredValue(_output);
        if (!output.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException($"{output} ends in \"{Path.GetExtension(output)}\"; models are exported as .onnx.");
        }

        using RestorationModel model = RestorationModel.Load(ModelFiles.Find(parsed.GetRequiredValue(_model)));
        var options = new OnnxExportOptions
        {
            Dtype = parsed.GetValue(_dtype) == "float16" ? torch.ScalarType.Float16 : torch.ScalarType.Float32,
            Tile = parsed.GetValue(_tile) ?? 0,
        };
        OnnxExport.Write(model, output, options);
        double difference = OnnxExport.Difference(model, output, options.Tile);
        _context.Terminal.Result(output);
        _context.Terminal.Note(FormattableString.Invariant(
            $"{new FileInfo(output).Length / 1e6:0.0} MB; ONNX Runtime's picture differs from torch's by at most {difference:0.0e0}."));
        return ExitCodes.Done;
    }
}
