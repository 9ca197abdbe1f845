using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>The steps that networks are made of, as operations of a graph; each equals torch's function of that name.</summary>
public static class GraphSteps
{
    private const long Float32 = 1, Float16 = 10;

    /// <summary>What a module makes of a value: torch's own layers, sequences of them, and every <see cref="IGraphModule"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="module">The module.</param>
    /// <param name="input">The name of its input.</param>
    /// <returns>The name of its output.</returns>
    /// <exception cref="InputException">The module doesn't say what it computes.</exception>
    public static string Module(this INetworkGraph graph, nn.Module module, string input) => module switch
    {
        IGraphModule own => own.AddTo(graph, input),
        Sequential sequence => sequence.children().Aggregate(input, (x, child) => graph.Module(child, x)),
        Conv2d conv => graph.Convolution(input, conv.weight, conv.bias, conv.stride, conv.padding!),
        BatchNorm2d norm => graph.BatchNorm(input, norm),
        TorchSharp.Modules.ReLU => graph.Relu(input),
        TorchSharp.Modules.Identity => input,
        MaxPool2d pool => graph.MaxPool(input, pool.kernel_size[0], pool.stride[0], pool.padding[0]),
        _ => throw new InputException(
            $"The part {module.GetName()} of the network doesn't say what it computes, so it can't be exported; let it implement "
            + $"{nameof(IGraphModule)}."),
    };

    /// <summary>A convolution; the weights are stored in the graph's compute type.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">N×C×H×W, or N×C×L with a weight of three dimensions.</param>
    /// <param name="weight">Out × in × kernel.</param>
    /// <param name="bias">One number for each output channel, or null.</param>
    /// <param name="stride">Step for each dimension of the kernel.</param>
    /// <param name="padding">Zeros on both sides for each of them.</param>
    /// <returns>The name of the output.</returns>
    public static string Convolution(
        this INetworkGraph graph, string input, Tensor weight, Tensor? bias, IReadOnlyList<long> stride, IReadOnlyList<long> padding)
    {
        string[] inputs = bias is null ? [input, graph.Weight(weight)] : [input, graph.Weight(weight), graph.Weight(bias)];
        return graph.Add("Conv", inputs, ("kernel_shape", weight.shape[2..]), ("strides", stride.ToArray()),
            ("pads", padding.Concat(padding).ToArray()));
    }

    /// <summary>A batch norm with the statistics that it has gathered.</summary>
    internal static string BatchNorm(this INetworkGraph graph, string input, BatchNorm2d norm) => graph.Add(
        "BatchNormalization",
        [input, graph.Weight(norm.weight!), graph.Weight(norm.bias!), graph.Weight(norm.running_mean!), graph.Weight(norm.running_var!)],
        ("epsilon", (float)norm.eps));

    /// <summary>max(x, 0).</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">Any shape.</param>
    /// <returns>The name of the output.</returns>
    public static string Relu(this INetworkGraph graph, string input) => graph.Add("Relu", [input]);

    /// <summary>The sum of two values.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="first">Any shape.</param>
    /// <param name="second">The same, or one that is broadcast.</param>
    /// <returns>The name of the output.</returns>
    public static string Plus(this INetworkGraph graph, string first, string second) => graph.Add("Add", [first, second]);

    /// <summary>The channels of values behind one another.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">N×C×H×W each.</param>
    /// <returns>The name of the output.</returns>
    public static string Join(this INetworkGraph graph, params IReadOnlyList<string> inputs) => graph.Add("Concat", inputs, ("axis", 1L));

    /// <summary>r² channels become r×r pixels of one.</summary>
    internal static string PixelShuffle(this INetworkGraph graph, string input, long times) =>
        graph.Add("DepthToSpace", [input], ("blocksize", times), ("mode", "CRD"));

    /// <summary>r×r pixels become r² channels, in torch's order: ONNX has the pixel before the channel.</summary>
    internal static string PixelUnshuffle(this INetworkGraph graph, string input, int channels, int times)
    {
        string blocks = graph.Add("SpaceToDepth", [input], ("blocksize", (long)times));
        int area = times * times;
        return graph.Add("Gather", [blocks, graph.Integers(
            [.. Enumerable.Range(0, channels * area).Select(i => (long)(((i % area) * channels) + (i / area)))])], ("axis", 1L));
    }

    internal static string MaxPool(this INetworkGraph graph, string input, long kernel, long stride, long padding) => graph.Add(
        "MaxPool", [input], ("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride }),
        ("pads", new[] { padding, padding, padding, padding }));

    /// <summary>Means of squares; what is padded counts as zeros, as torch counts it.</summary>
    internal static string AveragePool(this INetworkGraph graph, string input, long kernel, long stride, long padding = 0) => graph.Add(
        "AveragePool", [input], ("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride }),
        ("pads", new[] { padding, padding, padding, padding }), ("count_include_pad", 1L));

    /// <summary>The picture with its outermost pixels repeated.</summary>
    internal static string PadEdges(this INetworkGraph graph, string input, long left, long top) =>
        graph.Add("Pad", [input, graph.Integers([0, 0, top, left, 0, 0, 0, 0])], ("mode", "edge"));

    /// <summary>The picture with its last row and column repeated, up to sides that are multiples of a number.</summary>
    internal static string PadToMultiple(this INetworkGraph graph, string input, long multiple)
    {
        string missing = graph.Add("Mod", [graph.Add("Neg", [graph.Size(input)]), graph.Integers([multiple])]);
        return graph.Add("Pad", [input, graph.Add("Concat", [graph.Integers(new long[6]), missing], ("axis", 0L))], ("mode", "edge"));
    }

    /// <summary>The upper left part of a picture that is as large as another one.</summary>
    internal static string CropTo(this INetworkGraph graph, string input, string like) => graph.Add(
        "Slice", [input, graph.Integers([0, 0]), graph.Size(like), graph.Integers([2, 3])]);

    /// <summary>Some of a value's channels, one after the other.</summary>
    internal static string Channels(this INetworkGraph graph, string input, int first, int count) => graph.Add(
        "Slice", [input, graph.Integers([first]), graph.Integers([first + count]), graph.Integers([1])]);

    /// <summary>A picture enlarged as torch's bilinear interpolation does, with corners not aligned.</summary>
    internal static string EnlargeBilinear(this INetworkGraph graph, string input, float times)
    {
        using Tensor scales = tensor(new[] { 1, 1, times, times });
        return graph.Add("Resize", [input, "", graph.Constant(scales)], ("mode", "linear"),
            ("coordinate_transformation_mode", "half_pixel"));
    }

    /// <summary>A picture in the type that convolutions compute in.</summary>
    internal static string ToComputeType(this INetworkGraph graph, string input) =>
        graph.ComputeType == ScalarType.Float16 ? graph.Add("Cast", [input], ("to", Float16)) : input;

    /// <summary>What convolutions computed, in float32 again.</summary>
    internal static string ToFloat32(this INetworkGraph graph, string input) =>
        graph.ComputeType == ScalarType.Float16 ? graph.Add("Cast", [input], ("to", Float32)) : input;

    /// <summary>A weight in the type that convolutions compute in.</summary>
    internal static string Weight(this INetworkGraph graph, Tensor values)
    {
        using Tensor stored = values.detach().to(graph.ComputeType);
        return graph.Constant(stored);
    }

    internal static string Integers(this INetworkGraph graph, long[] values)
    {
        using Tensor stored = tensor(values);
        return graph.Constant(stored);
    }

    internal static string Number(this INetworkGraph graph, double value)
    {
        using Tensor stored = tensor((float)value);
        return graph.Constant(stored);
    }

    /// <summary>Height and width of a picture.</summary>
    internal static string Size(this INetworkGraph graph, string input) =>
        graph.Add("Shape", [input], ("start", 2L), ("end", 4L));
}
