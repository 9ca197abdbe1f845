using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Onnx;

/// <summary>What is done around a network, as operations of a graph: torch's part of it is in <see cref="RestorationModel"/>, FlatColours
/// and Membrane.</summary>
internal static class GraphFinish
{
    // Pictures of up to 2 · 2^Levels pixels are halved to the end, as Membrane does.
    private const int Levels = 12;
    private const long Float = 1, Bool = 9;

    /// <summary>The picture with its last row and column repeated, up to a least side.</summary>
    public static string PadToLeast(this OnnxGraphBuilder graph, string image, int least)
    {
        string missing = graph.Add("Max", [graph.Add("Sub", [graph.Integers([least]), graph.Size(image)]), graph.Integers([0])]);
        return graph.PadBelow(image, missing, "edge");
    }

    /// <summary>FlatColours.Keep.</summary>
    public static string KeepFlatColours(this OnnxGraphBuilder graph, string input, string output, int reach, int cell)
    {
        int cells = reach / cell;
        string range = graph.Plus(graph.Greatest(input, cells, cell), graph.Greatest(graph.Add("Neg", [input]), cells, cell));
        range = graph.Add("ReduceMax", [range], ("axes", new long[] { 1 }), ("keepdims", 1L));
        string weight = graph.Add(
            "Clip", [graph.Add("Mul", [range, graph.Number(255.0 / 2)]), graph.Number(0), graph.Number(1)]);
        using Tensor scales = tensor(new[] { 1f, 1, cell, cell });
        weight = graph.Add(
            "Resize", [weight, "", graph.Constant(scales)], ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"),
            ("nearest_mode", "floor"));
        string change = graph.Add("Mul", [graph.Add("Sub", [output, input]), graph.CropTo(weight, input)]);
        return graph.Plus(input, change);
    }

    /// <summary>Membrane.OverMarks.</summary>
    public static string FillMarks(this OnnxGraphBuilder graph, string input, string output)
    {
        string change = graph.Add("Abs", [graph.Add("Sub", [output, input])]);
        change = graph.Add("ReduceMax", [change], ("axes", new long[] { 1 }), ("keepdims", 1L));
        string missing = graph.Add("Cast", [graph.Add("Greater", [change, graph.Number(Membrane.LeastChange)])], ("to", Float));
        return graph.IfAny(missing, output, () => graph.Plus(output, graph.Add(
            "Mul", [graph.Add("Sub", [graph.Filled(output, missing, 0), output]), graph.Hidden(input, output, missing)])));
    }

    /// <summary>Membrane.Hidden; <paramref name="marks"/> is 1 where a pixel was changed, otherwise 0.</summary>
    private static string Hidden(this OnnxGraphBuilder graph, string input, string output, string marks)
    {
        string Mean(string planes) => graph.AveragePool(planes, Membrane.Window, 1, Membrane.Window / 2);
        string Times(string a, string b) => graph.Add("Mul", [a, b]);
        string count = graph.Add("Max", [Mean(marks), graph.Number(Membrane.Tiny)]);
        string Detail(string picture) => graph.Add("Sub", [picture, graph.Add("Div", [Mean(Times(picture, marks)), count])]);
        string before = Detail(input), after = Detail(output);
        string Common(string a, string b) => Mean(
            Times(graph.Add("ReduceSum", [Times(a, b), graph.Integers([1])], ("keepdims", 1L)), marks));
        string powers = graph.Add("Max", [Times(Common(before, before), Common(after, after)), graph.Number(Membrane.LeastPower)]);
        string correlation = graph.Add("Div", [Common(before, after), graph.Add("Sqrt", [powers])]);
        string share = Times(graph.Add("Sub", [graph.Number(1), correlation]), graph.Number(Membrane.Steepness));
        return graph.Add("Clip", [share, graph.Number(0), graph.Number(1)]);
    }

    private static string Greatest(this OnnxGraphBuilder graph, string planes, int cells, int cell)
    {
        long side = cell, around = (2 * cells) + 1, edge = cells;
        string largest = graph.Add(
            "MaxPool", [planes], ("kernel_shape", new[] { side, side }), ("strides", new[] { side, side }), ("ceil_mode", 1L));
        largest = graph.Add("MaxPool", [largest], ("kernel_shape", new[] { around, 1 }), ("pads", new[] { edge, 0, edge, 0 }));
        return graph.Add("MaxPool", [largest], ("kernel_shape", new[] { 1, around }), ("pads", new[] { 0, edge, 0, edge }));
    }

    /// <summary>Membrane.Fill; <paramref name="missing"/> is 1 where a pixel is missing, otherwise 0.</summary>
    private static string Fill(this OnnxGraphBuilder graph, string picture, string missing, int level) =>
        graph.IfAny(missing, picture, () => graph.Filled(picture, missing, level));

    /// <summary>Something in place of a picture where a pixel is missing, otherwise the picture.</summary>
    private static string IfAny(this OnnxGraphBuilder graph, string missing, string picture, Func<string> filled)
    {
        string any = graph.Add("Cast", [graph.Add("ReduceMax", [missing], ("keepdims", 0L))], ("to", Bool));
        return graph.If(any, filled, () => graph.Add("Identity", [picture]));
    }

    private static string Filled(this OnnxGraphBuilder graph, string picture, string missing, int level)
    {
        using Tensor cross = tensor(new[] { 0, 0.25f, 0, 0.25f, 0, 0.25f, 0, 0.25f, 0 }).view(1, 1, 3, 3).expand(3, 1, 3, 3);
        string holes = graph.Add("Cast", [missing], ("to", Bool)), known = graph.Add("Sub", [graph.Number(1), missing]),
            weights = graph.Constant(cross), around = graph.Integers([0, 0, 1, 1, 0, 0, 1, 1]);
        string filled = graph.Add("Where", [holes, graph.Coarse(graph.Add("Mul", [picture, known]), known, level), picture]);
        for (int round = 0; round < Membrane.Rounds; round++)
        {
            string mean = graph.Add(
                "Conv", [graph.Add("Pad", [filled, around], ("mode", "edge")), weights], ("group", 3L), ("kernel_shape", new[] { 3L, 3 }));
            filled = graph.Add("Where", [holes, mean, filled]);
        }

        return filled;
    }

    private static string Coarse(this OnnxGraphBuilder graph, string weighted, string known, int level)
    {
        string all = graph.Integers([2, 3]), tiny = graph.Number(Membrane.Tiny);
        string Sum(string values) => graph.Add("ReduceSum", [values, all], ("keepdims", 1L));
        string mean = graph.Add("Div", [Sum(weighted), graph.Add("Max", [Sum(known), tiny])]);
        if (level == Levels)
        {
            return mean;
        }

        string odd = graph.Add("Mod", [graph.Size(known), graph.Integers([2])]);
        string Half(string values) => graph.AveragePool(graph.PadBelow(values, odd, "constant"), 2, 2);
        string share = Half(known), small = graph.Add("Div", [Half(weighted), graph.Add("Max", [share, tiny])]);
        string unknown = graph.Add("Cast", [graph.Add("Equal", [share, graph.Number(0)])], ("to", Float));
        string large = graph.CropTo(graph.EnlargeBilinear(graph.Fill(small, unknown, level + 1), 2), known);
        string isSmall = graph.Add(
            "LessOrEqual", [graph.Add("ReduceMin", [graph.Size(known)], ("keepdims", 0L)), graph.Integers([Membrane.SmallestSide])]);
        return graph.Add("Where", [isSmall, mean, large]);
    }

    private static string PadBelow(this OnnxGraphBuilder graph, string image, string below, string mode) => graph.Add(
        "Pad", [image, graph.Add("Concat", [graph.Integers(new long[6]), below], ("axis", 0L))], ("mode", mode));
}
