using System.Globalization;
using System.Text.Json;
using SuperRes.Lab.IO;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Onnx;

/// <summary>
/// Writes models as ONNX files that are enough by themselves: input <c>image</c>, N×3×H×W RGB in 0–1 at the picture's own size, output
/// <c>result</c> in 0–1, <see cref="ModelCard.Scale"/> times as large. Enlargement and normalisation are part of the graph; weight,
/// spectral and batch norms are folded into the convolutions. What <see cref="RestorationModel.Predict"/> does around the network (small
/// pictures are padded, flat colours kept) and <see cref="Inference.UpscaleNetwork"/> after it (marks are filled) is part of it, too.
/// </summary>
public static class OnnxExport
{
    internal const string Input = "image", Output = "result";

    private static readonly Dictionary<string, string> _none = new(StringComparer.Ordinal);

    /// <summary>The metadata entries beside the model's card (<see cref="RestorationModel.MetadataKey"/>).</summary>
    internal const string Radius = "superres.receptive_radius", Multiple = "superres.size_multiple", Enlarges = "superres.enlarges";

    /// <summary>Writes a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; it appears whole or not at all.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <exception cref="InputException">An option is outside its range, the network doesn't say what it computes, its input is enlarged by
    /// a filter that ONNX doesn't know, or the file can't be written.</exception>
    public static void Write(RestorationModel model, string path, OnnxExportOptions? options = null) =>
        AtomicFile.Write(path, file => WriteTo(model, file, options ?? new()));

    /// <summary>A model as the content of a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <returns>The file.</returns>
    /// <exception cref="InputException">See <see cref="Write"/>.</exception>
    public static byte[] ToBytes(RestorationModel model, OnnxExportOptions? options = null) => ToBytes(model, options ?? new(), _none);

    /// <summary>The same with more metadata.</summary>
    internal static byte[] ToBytes(RestorationModel model, OnnxExportOptions options, IReadOnlyDictionary<string, string> entries)
    {
        using var file = new MemoryStream();
        WriteTo(model, file, options, entries);
        return file.ToArray();
    }

    private static void WriteTo(
        RestorationModel model, Stream file, OnnxExportOptions options, IReadOnlyDictionary<string, string>? entries = null)
    {
        options.Validate();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        using var graph = new OnnxGraphBuilder(options.Dtype);
        string image = Input;
        if (options.Enlarges && model.Scale > 1)
        {
            image = Clipped(graph, Enlarged(graph, image, model));
        }

        string seen = graph.PadToLeast(image, RestorationModel.LeastSide);
        string normal = graph.Add("Div", [graph.Add("Sub", [seen, Channels(graph, ImageNet.Mean)]), Channels(graph, ImageNet.Std)]);
        string output = model.Network.AddTo(graph, normal);
        string result = graph.Add("Add", [graph.Add("Mul", [output, Channels(graph, ImageNet.Std)]), Channels(graph, ImageNet.Mean)]);
        result = model.FlatCells is var (reach, cell) && reach > 0 ? graph.KeepFlatColours(seen, result, reach, cell) : result;
        result = graph.CropTo(result, image);
        result = model.Network.HasMask ? graph.FillMarks(image, result) : result;
        graph.Rename(Clipped(graph, result), Output);
        if ((options.StoredAs ?? options.Dtype) == options.Dtype)
        {
            graph.FoldBatchNorms();
        }
        else
        {
            // Folded weights would lose digits in a shorter type, where trained ones often have no more; ONNX Runtime folds them itself.
            graph.StoreWeightsAs(options.StoredAs!.Value);
        }

        int times = options.Enlarges ? model.Scale : 1;
        object Side(string name, int factor) => options.Tile > 0 ? options.Tile * factor : factor == 1 ? name : $"{factor}*{name}";
        OnnxFileWriter.Write(
            file, graph, (Input, ["batch", 3, Side("height", 1), Side("width", 1)]),
            (Output, ["batch", 3, Side("height", times), Side("width", times)]), Metadata(model, options, entries));
    }

    /// <summary>How far a written file's results are from the model's own, by running both on noise.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="tile">The only side that the file takes; 0: any.</param>
    /// <returns>The largest difference, where pictures are 0–1.</returns>
    /// <exception cref="InputException">The file can't be run.</exception>
    public static double Difference(RestorationModel model, string path, int tile = 0)
    {
        const int OddHeight = 45, OddWidth = 61;
        (int height, int width) = tile > 0 ? (tile, tile) : (OddHeight, OddWidth);
        using DisposeScope scope = NewDisposeScope();
        using OnnxNetwork file = OnnxNetwork.Load(path);
        using Generator noise = new(1);
        Tensor image = rand(1, 3, height, width, generator: noise), large = model.Scale == 1 ? image
            : Resampler.Resize(image, height * model.Scale, width * model.Scale, model.InputFilter).clamp(Scalars.Zero, Scalars.One);
        Tensor expected = Inference.UpscaleNetwork.Of(model).Predict(large).cpu().clamp(Scalars.Zero, Scalars.One);
        return (expected - file.Predict(image)).abs().max().item<float>();
    }

    private static Dictionary<string, string> Metadata(
        RestorationModel model, OnnxExportOptions options, IReadOnlyDictionary<string, string>? entries) => new(entries ?? _none)
    {
        [RestorationModel.MetadataKey] = JsonSerializer.Serialize(model.Card, OptionsJson.Compact),
        [Radius] = model.ReceptiveRadius.ToString(CultureInfo.InvariantCulture),
        [Multiple] = model.SizeMultiple.ToString(CultureInfo.InvariantCulture),
        [Enlarges] = options.Enlarges ? "true" : "false",
    };

    /// <summary>The picture as the model's card says that it is enlarged; ONNX's resize with these attributes is Pillow's.</summary>
    private static string Enlarged(OnnxGraphBuilder graph, string image, RestorationModel model)
    {
        (string Name, object Value)[] how = model.InputFilter switch
        {
            ResampleFilter.Nearest => [("mode", "nearest"), ("coordinate_transformation_mode", "half_pixel"),
                ("nearest_mode", "round_prefer_floor")],
            ResampleFilter.Bilinear => [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")],
            ResampleFilter.Bicubic => [("mode", "cubic"), ("coordinate_transformation_mode", "half_pixel"), ("cubic_coeff_a", -0.5f),
                ("exclude_outside", 1L)],
            _ => throw new InputException(
                $"{model.Name} enlarges its input by {model.InputFilter}, and ONNX knows nearest, bilinear and bicubic; train the model "
                + "with one of these."),
        };
        using Tensor scales = tensor(new[] { 1, 1, (float)model.Scale, model.Scale });
        return graph.Add("Resize", [image, "", graph.Constant(scales)], how);
    }

    private static string Clipped(OnnxGraphBuilder graph, string image) =>
        graph.Add("Clip", [image, graph.Number(0), graph.Number(1)]);

    private static string Channels(OnnxGraphBuilder graph, IReadOnlyList<double> values)
    {
        using Tensor stored = tensor(values.Select(value => (float)value).ToArray()).view(1, 3, 1, 1);
        return graph.Constant(stored);
    }
}
