using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Onnx;

/// <summary>What an image-to-image model takes and gives.</summary>
internal sealed record OnnxLayout
{
    /// <summary>The picture's name in the graph.</summary>
    public required string Input { get; init; }

    /// <summary>The result's name.</summary>
    public required string Output { get; init; }

    /// <summary>Whether a pixel's colours lie side by side (N×H×W×3), as in models of TensorFlow.</summary>
    public bool ChannelsLast { get; init; }

    /// <summary>Whether it takes half-precision numbers.</summary>
    public bool TakesHalf { get; init; }

    /// <summary>Whether it gives half-precision numbers.</summary>
    public bool GivesHalf { get; init; }

    /// <summary>Side in pixels of the only input that it takes; 0: any.</summary>
    public int Side { get; init; }

    /// <summary>What white is in its pictures: 1 or 255.</summary>
    public float White { get; init; } = 1;

    /// <summary>super-resolution, restoration or colorization.</summary>
    public string Task { get; init; } = "super-resolution";

    /// <summary>How many times larger than the input the picture is that it was trained for.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>Whether it enlarges by itself.</summary>
    public bool Enlarges { get; init; }

    /// <summary>How the picture is enlarged where the model doesn't, and what the change map compares with.</summary>
    public ResampleFilter InputFilter { get; init; } = ResampleFilter.Bicubic;

    /// <summary>How far an output pixel looks, in output pixels; null: not known.</summary>
    public int? Radius { get; init; }

    /// <summary>Of what positions of pooling are multiples, in output pixels.</summary>
    public int Multiple { get; init; } = 1;

    /// <summary>To which length the shorter side of a larger picture is brought first; 0: none.</summary>
    public int SeenSide { get; init; }

    /// <summary>Reads the layout from what a file says of its input and output, and of our files from the model's card.</summary>
    /// <exception cref="InputException">The model doesn't take one RGB picture and give one.</exception>
    public static OnnxLayout Of(InferenceSession session, string path)
    {
        if (session.InputMetadata.Count != 1 || session.OutputMetadata.Count < 1)
        {
            throw NoImageModel(path, $"it takes {session.InputMetadata.Count} inputs");
        }

        (string input, NodeMetadata takes) = session.InputMetadata.First();
        (string output, NodeMetadata gives) = session.OutputMetadata.First();
        bool last = takes.Dimensions is [_, _, _, 3] and not [_, 3, _, _];
        if (!last && takes.Dimensions is not [_, 3, _, _])
        {
            throw NoImageModel(path, $"its input \"{input}\" is {Words(takes)}");
        }

        int[] sides = last ? takes.Dimensions[1..3] : takes.Dimensions[2..];
        if (sides[0] != sides[1])
        {
            throw NoImageModel(path, $"its input \"{input}\" is {Words(takes)}, and tiles are square");
        }

        if (gives.Dimensions.Length != 4 || !IsNumber(takes) || !IsNumber(gives))
        {
            throw NoImageModel(path, $"it makes \"{output}\" of {Words(gives)} from {Words(takes)}");
        }

        var layout = new OnnxLayout
        {
            Input = input,
            Output = output,
            ChannelsLast = last,
            TakesHalf = takes.ElementDataType == TensorElementType.Float16,
            GivesHalf = gives.ElementDataType == TensorElementType.Float16,
            Side = Math.Max(0, sides[0]),
        };
        return session.ModelMetadata.CustomMetadataMap.TryGetValue(RestorationModel.MetadataKey, out string? card)
            ? layout.With(card, session.ModelMetadata.CustomMetadataMap, path) : layout;
    }

    /// <summary>The sentence about a model that this program can't run.</summary>
    public static InputException NoImageModel(string path, string why) => new(
        $"{path} is no model that makes an RGB picture of one: {why}; give a model with one input N×3×H×W or N×H×W×3 of float32 or "
        + "float16, such as superres export writes.");

    private OnnxLayout With(string card, IReadOnlyDictionary<string, string> entries, string path)
    {
        int Number(string key) => int.Parse(entries[key], CultureInfo.InvariantCulture);
        try
        {
            JsonNode json = JsonNode.Parse(card)!;
            bool enlarges = entries[OnnxExport.Enlarges] == "true";
            return this with
            {
                Task = (string)json["task"]!,
                Scale = (int)json["scale"]!,
                Enlarges = enlarges && (int)json["scale"]! > 1,
                InputFilter = Enum.Parse<ResampleFilter>((string)json["inputFilter"]!, ignoreCase: true),
                Radius = Number(OnnxExport.Radius),
                Multiple = Number(OnnxExport.Multiple),
                SeenSide = entries.ContainsKey(OnnxExport.SeenSide) ? Number(OnnxExport.SeenSide) : 0,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or ArgumentException
            or InvalidOperationException or NullReferenceException)
        {
            throw new InputException(
                $"{path} has a damaged \"{RestorationModel.MetadataKey}\" entry ({e.Message.TrimEnd('.')}); export the model again.", e);
        }
    }

    private static bool IsNumber(NodeMetadata value) => value.ElementDataType is TensorElementType.Float or TensorElementType.Float16;

    private static string Words(NodeMetadata value)
    {
        IEnumerable<string> sides = value.Dimensions.Select(side => side < 0 ? "any" : side.ToString(CultureInfo.InvariantCulture));
        return $"{value.ElementDataType} {string.Join('×', sides)}";
    }
}
