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

    /// <summary>The metadata entries beside the model's card (<see cref="RestorationModel.MetadataKey"/>).</summary>
    internal const string Radius = "superres.receptive_radius", Multiple = "superres.size_multiple", Enlarges = "superres.enlarges",
        SeenSide = "superres.seen_side";

    /// <summary>Writes a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; it appears whole or not at all.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <exception cref="InputException">An option is outside its range, the network doesn't say what it computes, its input is enlarged by
    /// a filter that ONNX doesn't know, or the file can't be written.</exception>
    public static void Write(RestorationModel model, string path, OnnxExportOptions? options = null) =>
        AtomicFile.Write(path, file => WriteTo(model, file, options ?? new(), []));

    /// <summary>A model as the content of a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <returns>The file.</returns>
    /// <exception cref="InputException">See <see cref="Write"/>.</exception>
    public static byte[] ToBytes(RestorationModel model, OnnxExportOptions? options = null) => ToBytes(model, options ?? new(), []);

    /// <summary>The same with more metadata.</summary>
    internal static byte[] ToBytes(
        RestorationModel model, OnnxExportOptions options, IEnumerable<KeyValuePair<string, string>> entries)
    {
        using var file = new MemoryStream();
        WriteTo(model, file, options, entries);
        return file.ToArray();
    }

    private static void WriteTo(
        RestorationModel model, Stream file, OnnxExportOptions options, IEnumerable<KeyValuePair<string, string>> entries)
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
        RestorationModel model, OnnxExportOptions options, IEnumerable<KeyValuePair<string, string>> entries) =>
        new(entries, StringComparer.Ordinal)
    {
        [RestorationModel.MetadataKey] = JsonSerializer.Serialize(model.Card, OptionsJson.Compact),
        [Radius] = model.ReceptiveRadius.ToString(CultureInfo.InvariantCulture),
        [Multiple] = model.SizeMultiple.ToString(CultureInfo.InvariantCulture),
        [Enlarges] = options.Enlarges ? "true" : "false",
        [SeenSide] = model.Network.SeenSide.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>
    /// The picture as the model's card says that it is enlarged: Pillow's kernels as one convolution, whose outputs are the places between
    /// four pixels, divided by what of the kernel lies within the picture. ONNX's own Resize does the same and takes a fifth of a small
    /// network's time.
    /// </summary>
    private static string Enlarged(OnnxGraphBuilder graph, string image, RestorationModel model)
    {
        int scale = model.Scale;
        if (model.InputFilter == ResampleFilter.Nearest)
        {
            using Tensor scales = tensor(new[] { 1, 1, (float)scale, scale });
            return graph.Add(
                "Resize", [image, "", graph.Constant(scales)], ("mode", "nearest"), ("coordinate_transformation_mode", "half_pixel"),
                ("nearest_mode", "round_prefer_floor"));
        }

        int reach = (int)ResampleKernel.Radius(model.InputFilter), side = (2 * reach) + 1;
        if (reach == 0)
        {
            throw new InputException($"{model.Name} enlarges its input by {model.InputFilter}, which is not exported; use a model that was "
                + "trained with bicubic.");
        }

        var weights = new float[scale * side];
        for (int i = 0; i < weights.Length; i++)
        {
            double place = ((i / side) + 0.5) / scale - 0.5;
            weights[i] = (float)ResampleKernel.Value(model.InputFilter, (i % side) - reach - place);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor line = tensor(weights).view(scale, side), kernel = einsum("ak,bl->abkl", line, line).reshape(-1, 1, side, side);
        long[] edge = [reach, reach, reach, reach];
        string Convolved(string input, long planes) => graph.PixelShuffle(
            graph.Add("Conv", [input, graph.Constant(kernel.repeat(planes, 1, 1, 1))], ("group", planes), ("pads", edge)), scale);
        string plane = graph.Add("ReduceMax", [image], ("axes", new long[] { 1 }), ("keepdims", 1L));
        string ones = graph.Plus(graph.Add("Mul", [plane, graph.Number(0)]), graph.Number(1));
        return graph.Add("Div", [Convolved(image, 3), Convolved(ones, 1)]);
    }

    private static string Clipped(OnnxGraphBuilder graph, string image) =>
        graph.Add("Clip", [image, graph.Number(0), graph.Number(1)]);

    private static string Channels(OnnxGraphBuilder graph, IReadOnlyList<double> values)
    {
        using Tensor stored = tensor(values.Select(value => (float)value).ToArray()).view(1, 3, 1, 1);
        return graph.Constant(stored);
    }
}
