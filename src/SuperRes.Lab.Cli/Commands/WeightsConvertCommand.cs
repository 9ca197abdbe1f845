using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using TorchSharp;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres weights convert</c>: a checkpoint of PyTorch or fastai becomes safetensors, or a model file.</summary>
internal sealed class WeightsConvertCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string> _input = new("IN") { HelpName = "IN.pth", Description = "A .pth checkpoint (or a .safetensors file)." };
    private readonly Argument<string> _output = new("OUT") { HelpName = "OUT.safetensors", Description = "The file to write." };
    private readonly Option<string?> _model = Values.Text(
        "--model", "OPTIONS.json", "Make a model file that upscale runs: the U-Net's options, or {\"task\", \"scale\", \"inputFilter\", \"model\": options}. Without it, the tensors alone are written.");

    public WeightsConvertCommand(CommandContext context)
        : base(
            "convert",
            "Convert a PyTorch or fastai checkpoint to safetensors, or to a model file.",
            "superres weights convert resnet34.pth resnet34.safetensors",
            "superres weights convert learn.pth model.safetensors --model options.json")
    {
        _context = context;
        Arguments.Add(_input);
        Arguments.Add(_output);
        Options.Add(_model);
    }

    protected override int Run(ParseResult parsed)
    {
        string input = parsed.GetRequiredValue(_input), output = parsed.GetRequiredValue(_output);
        if (!output.EndsWith(ModelFiles.Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException($"{output} ends in \"{Path.GetExtension(output)}\"; weights are written as {ModelFiles.Extension}.");
        }

        ModelCard? card = parsed.GetValue(_model) is { } options ? ReadCard(options) : null;
        using DisposeScope scope = torch.NewDisposeScope();
        IReadOnlyDictionary<string, torch.Tensor> state = StateDictFile.Read(input);
        if (card is null)
        {
            SafeTensors.Write(output, state.Select(entry => (entry.Key, entry.Value)));
        }
        else
        {
            using var network = new DynamicUnet(card.Model);
            StateDict.Load(network, state, input);
            RestorationModel.Save(output, network, card);
        }

        _context.Terminal.Result(output);
        _context.Terminal.Note($"{state.Count} tensors{(card is null ? "" : $", a {card.Task} model of scale {card.Scale}")}.");
        return ExitCodes.Done;
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

        ModelCard card = IsCard(json) ? OptionsJson.Read<ModelCard>(json, path) : new ModelCard { Model = OptionsJson.Read<UnetOptions>(json, path) };
        card.Model.Validate($"{path}: $");
        return card;
    }

    private static bool IsCard(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })
                is JsonObject root && root.ContainsKey("model");
        }
        catch (JsonException)
        {
            // The reader of options says what is wrong with it.
            return false;
        }
    }
}
