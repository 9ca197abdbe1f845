using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using TorchSharp;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres weights convert</c>: a checkpoint of PyTorch or fastai (or CNTK's residual network) becomes safetensors, or a model
/// file; a model file is stored in another data type.</summary>
internal sealed class WeightsConvertCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string> _input =
        new("IN") { HelpName = "IN.pth",
        Description =
        "A .pth checkpoint, a .safetensors file, or a residual network that CNTK wrote as ONNX, such as ML.NET's ResNet18.onnx." };
    private readonly Argument<string> _output = new("OUT") { HelpName = "OUT.safetensors", Description = "The file to write." };
    private readonly Option<string?> _model = Values.Text(
        "--model", "OPTIONS.json",
            "Make a model file that upscale runs: the U-Net's options, or {\"task\", \"scale\", \"inputFilter\", \"model\": options}. "
            + "Without it a model file stays one; of other files the tensors alone are written.");

    private readonly Option<string?> _dtype = Values.Choice(
        "--dtype", "TYPE", "Store numbers as float32, float16 or bfloat16. Default: as they are, for a model float32.", "float32",
            "float16", "bfloat16");

    public WeightsConvertCommand(CommandContext context)
        : base(
            "convert",
            "Convert a PyTorch or fastai checkpoint to safetensors, or to a model file; or store a model file in another data type.",
            "superres weights convert resnet34.pth resnet34.safetensors",
            "superres weights convert ResNet18.onnx ~/.cache/superres-lab/weights/resnet18.mlnet.safetensors",
            "superres weights convert learn.pth model.safetensors --model options.json",
            "superres weights convert runs/mine/checkpoints/model.safetensors mine.safetensors --dtype float16")
    {
        _context = context;
        Arguments.Add(_input);
        Arguments.Add(_output);
        Options.Add(_model);
        Options.Add(_dtype);
    }

    protected override int Run(ParseResult parsed)
    {
        string input = parsed.GetRequiredValue(_input), output = ModelFiles.RequireExtension(parsed.GetRequiredValue(_output));
        torch.ScalarType? type = parsed.GetValue(_dtype) switch
        {
            "float32" => torch.ScalarType.Float32,
            "float16" => torch.ScalarType.Float16,
            "bfloat16" => torch.ScalarType.BFloat16,
            _ => null,
        };
        using DisposeScope scope = torch.NewDisposeScope();
        if (parsed.GetValue(_model) is { } options)
        {
            ModelCard card = ReadCard(options);
            using RestorationNetwork network = RestorationNetwork.Create(card.Model);
            StateDict.Load(network, StateDictFile.Read(input), input);
            RestorationModel.Save(output, network, card, type ?? torch.ScalarType.Float32);
            Say(output, $"A {card.Task} model of scale {card.Scale}.");
        }
        else if (RestorationModel.IsModelFile(input))
        {
            using RestorationModel model = RestorationModel.Load(input);
            model.Save(output, type ?? torch.ScalarType.Float32);
            Say(output, $"A {model.Card.Task} model of scale {model.Card.Scale}.");
        }
        else
        {
            IReadOnlyDictionary<string, torch.Tensor> state = StateDictFile.Read(input);
            SafeTensors.Write(output, state.Select(
                entry => (entry.Key, type is { } wanted && entry.Value.is_floating_point() ? entry.Value.to(wanted) : entry.Value)));
            Say(output, $"{state.Count} tensors.");
        }

        return ExitCodes.Done;
    }

    private void Say(string output, string what)
    {
        _context.Terminal.Result(output);
        _context.Terminal.Note(what);
    }

    private static ModelCard ReadCard(string path)
    {
        string json;
        try
        {
            json = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}; give a JSON file of model options.", e);
        }

        ModelCard card = IsCard(json) ? OptionsJson.Read<ModelCard>(json, path)
            : new ModelCard { Model = OptionsJson.Read<NetworkOptions>(json, path) };
        card.Model.Validate($"{path}: $");
        return card;
    }

    private static bool IsCard(string json)
    {
        try
        {
            return JsonNode.Parse(
                json, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })
                is JsonObject root && root.ContainsKey("model");
        }
        catch (JsonException)
        {
            // The reader of options says what is wrong with it.
            return false;
        }
    }
}
