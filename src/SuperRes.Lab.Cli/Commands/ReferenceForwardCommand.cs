using System.CommandLine;
using System.Globalization;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Reference;
using SuperRes.Lab.Models;
using TorchSharp;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres reference forward</c>: a U-Net with known weights on known images, to hold against fastai.</summary>
internal sealed class ReferenceForwardCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Option<string?> _body =
        Values.Choice("--body", "NAME", "The encoder: resnet18, resnet34 (default) or resnet50.", "resnet18", "resnet34", "resnet50");
    private readonly Option<string?> _norm =
        Values.Choice("--norm", "NAME", "Normalisation: weight (default), batch, spectral or none.", "weight", "batch", "spectral", "none");
    private readonly Option<bool> _noBlur = Values.Flag("--no-blur", "Without blur behind the pixel shuffles.");
    private readonly Option<bool> _noBlurFinal = Values.Flag("--no-blur-final", "Without blur behind the last pixel shuffle.");
    private readonly Option<bool> _selfAttention = Values.Flag("--self-attention", "With self-attention.");
    private readonly Option<bool> _bottle = Values.Flag("--bottle", "With a bottleneck in the last block.");
    private readonly Option<bool> _noLastCross = Values.Flag("--no-last-cross", "Without the input joined before the last block.");
    private readonly Option<double[]?> _yRange = Range("--y-range");
    private readonly Option<(int Height, int Width)?> _size = Size("--size");
    private readonly Option<int?> _batch = Values.Integer("--batch", "N", "Images. Default: 1.", 1);
    private readonly Option<string?> _mode = Values.Choice("--mode", "MODE", "eval (default) or train.", "eval", "train");
    private readonly Option<int?> _samples = Values.Integer("--samples", "K", "How many values of the output are listed. Default: 200.", 1);
    private readonly Option<string?> _dtype =
        Values.Choice("--dtype", "TYPE", "Arithmetic: float32 (default) or bfloat16.", "float32", "bfloat16");
    private readonly Option<string?> _json = Values.Text("--json", "FILE", "Where the JSON goes; - (default) is the output.");

    public ReferenceForwardCommand(CommandContext context)
        : base(
            "forward",
            "Run the U-Net with deterministic weights on deterministic images.",
            "superres reference forward --body resnet34 --norm weight --size 64x64 --samples 200",
            "superres reference forward --body resnet18 --norm batch --size 65x97 --batch 2 --mode train --json out.json")
    {
        _context = context;
        foreach (Option option in new Option[]
        {
            _body, _norm, _noBlur, _noBlurFinal, _selfAttention, _bottle, _noLastCross, _yRange, _size, _batch, _mode, _samples, _dtype,
                _json,
        })
        {
            Options.Add(option);
        }
    }

    protected override int Run(ParseResult parsed)
    {
        var defaults = new ReferenceForwardOptions();
        (int height, int width) = parsed.GetValue(_size) ?? (defaults.Height, defaults.Width);
        var options = new ReferenceForwardOptions
        {
            Model = new UnetOptions
            {
                Body = parsed.GetValue(_body) ?? defaults.Model.Body,
                Norm = parsed.GetValue(_norm) is { } norm ? Enum.Parse<NormType>(norm, ignoreCase: true) : defaults.Model.Norm,
                Blur = !parsed.GetValue(_noBlur),
                BlurFinal = !parsed.GetValue(_noBlurFinal),
                SelfAttention = parsed.GetValue(_selfAttention),
                Bottle = parsed.GetValue(_bottle),
                LastCross = !parsed.GetValue(_noLastCross),
                YRange = parsed.GetValue(_yRange) is { Length: > 0 } range ? range : null,
            },
            Height = height,
            Width = width,
            Batch = parsed.GetValue(_batch) ?? defaults.Batch,
            Training = parsed.GetValue(_mode) == "train",
            Samples = parsed.GetValue(_samples) ?? defaults.Samples,
            ComputeType = parsed.GetValue(_dtype) == "bfloat16" ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32,
        };
        options.Validate();
        _context.WriteText(parsed.GetValue(_json) ?? "-", ReferenceForward.Run(options).ToJson());
        return ExitCodes.Done;
    }

    private static Option<double[]?> Range(string name) => new(name)
    {
        HelpName = "LOW,HIGH",
        Description = "Squeeze the output into this range by a sigmoid.",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            double[] values =
                [.. text.Split(',').Select(
                part => NumberText.TryReal(part, out double value) ? value : double.NaN)];
            if (values.Length == 2 && values[0] < values[1])
            {
                return values;
            }

            result.AddError($"{name} is '{text}'; give two rising numbers such as -3,3.");
            return null;
        },
    };

    private static Option<(int Height, int Width)?> Size(string name) => new(name)
    {
        HelpName = "HxW",
        Description = "Height and width of the images. Default: 64x64.",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            string[] parts = text.Split('x');
            if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int height) && height > 0
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width > 0)
            {
                return (height, width);
            }

            result.AddError($"{name} is '{text}'; give height and width such as 64x96.");
            return null;
        },
    };
}
