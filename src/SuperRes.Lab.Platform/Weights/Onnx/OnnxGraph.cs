using Google.Protobuf;
using SuperRes.Lab.IO;
using static TorchSharp.torch;

namespace SuperRes.Lab.Weights;

/// <summary>One operation of an ONNX graph.</summary>
/// <param name="Operation">Its operator: Conv, BatchNormalization, ….</param>
/// <param name="Inputs">Names of what it takes.</param>
internal sealed record OnnxNode(string Operation, IReadOnlyList<string> Inputs);

/// <summary>The operations and weights of an ONNX file (IR version 3 and later), as far as weights are to be taken out of it: float32
/// alone, no attributes.</summary>
internal sealed class OnnxGraph : IDisposable
{
    // Field numbers of onnx.proto.
    private const int ModelProducer = 2, ModelGraph = 7, GraphNode = 1, GraphInitializer = 5, NodeInput = 1, NodeOperation = 4;
    private const int TensorDims = 1, TensorType = 2, TensorFloats = 4, TensorName = 8, TensorRaw = 9, FloatType = 1;
    private readonly List<OnnxNode> _nodes = [];
    private readonly Dictionary<string, Tensor> _weights = new(StringComparer.Ordinal);

    private OnnxGraph()
    {
    }

    /// <summary>The program that wrote the file.</summary>
    public string Producer { get; private set; } = string.Empty;

    /// <summary>The operations in the file's order, in which each comes behind those that it needs.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>The float32 weights by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => _weights;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its graph; dispose it.</returns>
    /// <exception cref="InputException">The file can't be read, or is damaged.</exception>
    public static OnnxGraph Read(string path)
    {
        var graph = new OnnxGraph();
        try
        {
            using FileStream file = InputFile.OpenRead(path);
            using var input = new CodedInputStream(file);
            graph.ReadModel(input);
            return graph;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or IOException or OverflowException)
        {
            graph.Dispose();
            throw new InputException($"{path} can't be read as ONNX: {e.Message.Split('\n')[0].TrimEnd('.')}; fetch or copy it again.", e);
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        foreach (Tensor weight in _weights.Values)
        {
            weight.Dispose();
        }
    }

    private void ReadModel(CodedInputStream input) => EachField(input, (field, type) =>
    {
        switch (field)
        {
            case ModelProducer:
                Producer = input.ReadString();
                return true;
            case ModelGraph:
                Nested(input.ReadBytes(), ReadGraph);
                return true;
            default:
                return false;
        }
    });

    private void ReadGraph(CodedInputStream input) => EachField(input, (field, type) =>
    {
        switch (field)
        {
            case GraphNode:
                Nested(input.ReadBytes(), ReadNode);
                return true;
            case GraphInitializer:
                Nested(input.ReadBytes(), ReadTensor);
                return true;
            default:
                return false;
        }
    });

    private void ReadNode(CodedInputStream input)
    {
        var inputs = new List<string>();
        string operation = string.Empty;
        EachField(input, (field, type) =>
        {
            switch (field)
            {
                case NodeInput:
                    inputs.Add(input.ReadString());
                    return true;
                case NodeOperation:
                    operation = input.ReadString();
                    return true;
                default:
                    return false;
            }
        });
        _nodes.Add(new OnnxNode(operation, inputs));
    }

    private void ReadTensor(CodedInputStream input)
    {
        var shape = new List<long>();
        var raw = ByteString.Empty;
        string name = string.Empty;
        int element = 0;
        EachField(input, (field, type) =>
        {
            switch (field)
            {
                case TensorDims when type == WireFormat.WireType.Varint:
                    shape.Add(input.ReadInt64());
                    return true;
                case TensorDims:
                    Nested(input.ReadBytes(), packed =>
                    {
                        while (!packed.IsAtEnd)
                        {
                            shape.Add(packed.ReadInt64());
                        }
                    });
                    return true;
                case TensorType:
                    element = input.ReadInt32();
                    return true;
                case TensorFloats or TensorRaw when type == WireFormat.WireType.LengthDelimited:
                    raw = input.ReadBytes(); // packed floats are stored like raw ones: little-endian, one behind another
                    return true;
                case TensorName:
                    name = input.ReadString();
                    return true;
                default:
                    return false;
            }
        });
        if (element != FloatType)
        {
            return;
        }

        long count = shape.Aggregate(1L, (product, side) => checked(product * side));
        if (count < 0 || raw.Length != count * sizeof(float))
        {
            throw new InvalidDataException($"its weight '{name}' of the shape [{string.Join(", ", shape)}] has {raw.Length} bytes");
        }

        if (_weights.Remove(name, out Tensor? earlier))
        {
            earlier.Dispose();
        }

        Tensor weight = empty([.. shape], dtype: ScalarType.Float32);
        raw.Span.CopyTo(weight.bytes);
        _weights.Add(name, weight);
    }

    /// <summary>Calls for each field; where the call doesn't read its value, it is passed over.</summary>
    private static void EachField(CodedInputStream input, Func<int, WireFormat.WireType, bool> read)
    {
        while (input.ReadTag() is not 0 and uint tag)
        {
            if (!read(WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag)))
            {
                input.SkipLastField();
            }
        }
    }

    private static void Nested(ByteString bytes, Action<CodedInputStream> read)
    {
        using CodedInputStream input = bytes.CreateCodedInput();
        read(input);
    }
}
