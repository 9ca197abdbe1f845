using Google.Protobuf;
using static TorchSharp.torch;

namespace SuperRes.Lab.Onnx;

/// <summary>Writes a graph as an ONNX file (IR version 8, operator set 17), field by field as onnx.proto numbers them.</summary>
internal static class OnnxFileWriter
{
    private const int IrVersion = 8, OperatorSet = 17, Margin = 1 << 20;
    private const int FloatType = 1, HalfType = 10, Int64Type = 7;
    private const int AttributeFloat = 1, AttributeInt = 2, AttributeString = 3, AttributeGraph = 5, AttributeInts = 7;
    private const uint Varint = 0, Fixed32 = 5, Delimited = 2;

    /// <summary>Writes a file.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="graph">The operations in the order in which they can run.</param>
    /// <param name="input">The picture's name and sizes; a text is a name for any size.</param>
    /// <param name="result">The result's.</param>
    /// <param name="metadata">Entries that anyone can read.</param>
    public static void Write(
        Stream output, OnnxGraphBuilder graph, (string Name, object[] Sizes) input, (string Name, object[] Sizes) result,
        IReadOnlyDictionary<string, string> metadata)
    {
        using var model = new CodedOutputStream(output, leaveOpen: true);
        Integer(model, 1, IrVersion);
        Text(model, 2, "SuperRes.Lab");
        Bytes(model, 8, Message(to =>
        {
            Text(to, 1, "");
            Integer(to, 2, OperatorSet);
        }));
        foreach ((string key, string value) in metadata)
        {
            Bytes(model, 14, Message(to =>
            {
                Text(to, 1, key);
                Text(to, 2, value);
            }));
        }

        ByteString nodes = Message(to => Nodes(to, graph, input, result));
        (ByteString Head, Tensor Values, int Size)[] constants = [.. graph.Constants.Select(one => Head(one.Key, one.Value))];
        long size = nodes.Length + constants.Sum(one => (long)1 + CodedOutputStream.ComputeLengthSize(one.Size) + one.Size);
        if (size > int.MaxValue - Margin)
        {
            throw new InputException(
                $"The network's weights take {size / 1e9:0.0} GB, and an ONNX file holds 2; export it with --dtype float16, or "
                + "export a smaller one.");
        }

        model.WriteTag((7 << 3) | Delimited);
        model.WriteLength((int)size);
        Raw(model, output, nodes.Span);
        foreach ((ByteString head, Tensor values, int length) in constants)
        {
            model.WriteTag((5 << 3) | Delimited);
            model.WriteLength(length);
            Raw(model, output, head.Span);
            Raw(model, output, values.bytes);
        }
    }

    /// <summary>Past the coded stream's buffer, so that no weight is copied.</summary>
    private static void Raw(CodedOutputStream to, Stream output, ReadOnlySpan<byte> bytes)
    {
        to.Flush();
        output.Write(bytes);
    }

    private static void Nodes(
        CodedOutputStream to, OnnxGraphBuilder graph, (string Name, object[] Sizes) input, (string Name, object[] Sizes) result)
    {
        foreach (GraphOperation operation in graph.Operations)
        {
            Bytes(to, 1, Message(node => Node(node, operation)));
        }

        Text(to, 2, "network");
        Bytes(to, 11, Message(value => Value(value, input)));
        Bytes(to, 12, Message(value => Value(value, result)));
    }

    private static void Node(CodedOutputStream to, GraphOperation operation)
    {
        foreach (string input in operation.Inputs)
        {
            Text(to, 1, input);
        }

        Text(to, 2, operation.Output);
        Text(to, 3, $"{operation.Operation}_{operation.Output}");
        Text(to, 4, operation.Operation);
        foreach ((string name, object value) in operation.Attributes)
        {
            Bytes(to, 5, Message(attribute => Attribute(attribute, name, value)));
        }
    }

    private static void Attribute(CodedOutputStream to, string name, object value)
    {
        Text(to, 1, name);
        switch (value)
        {
            case float number:
                to.WriteTag((2 << 3) | Fixed32);
                to.WriteFloat(number);
                Integer(to, 20, AttributeFloat);
                break;
            case long number:
                Integer(to, 3, number);
                Integer(to, 20, AttributeInt);
                break;
            case string text:
                Text(to, 4, text);
                Integer(to, 20, AttributeString);
                break;
            case long[] numbers:
                foreach (long number in numbers)
                {
                    Integer(to, 8, number);
                }

                Integer(to, 20, AttributeInts);
                break;
            case GraphBranch branch:
                Bytes(to, 6, Message(graph => Branch(graph, branch)));
                Integer(to, 20, AttributeGraph);
                break;
            default:
                throw new NotSupportedException(
                    $"The attribute {name} is a {value.GetType().Name}; use long, long[], float, string or a branch.");
        }
    }

    private static void Branch(CodedOutputStream to, GraphBranch branch)
    {
        foreach (GraphOperation operation in branch.Operations)
        {
            Bytes(to, 1, Message(node => Node(node, operation)));
        }

        Text(to, 2, branch.Output + "_branch");
        Bytes(to, 12, Message(value =>
        {
            Text(value, 1, branch.Output);
            Bytes(value, 2, Message(type => Bytes(type, 1, Message(tensor => Integer(tensor, 1, FloatType)))));
        }));
    }

    /// <summary>What stands before a constant's bytes, and how long both are together.</summary>
    private static (ByteString Head, Tensor Values, int Size) Head(string name, Tensor values)
    {
        ByteString head = Message(to =>
        {
            foreach (long side in values.shape)
            {
                Integer(to, 1, side);
            }

            Integer(to, 2, values.dtype switch
            {
                ScalarType.Float32 => FloatType,
                ScalarType.Float16 => HalfType,
                ScalarType.Int64 => Int64Type,
                _ => throw new NotSupportedException($"Constants of {values.dtype} can't be written; use float32, float16 or int64."),
            });
            Text(to, 8, name);
            to.WriteTag((9 << 3) | Delimited);
            to.WriteLength(values.bytes.Length);
        });
        return (head, values, checked(head.Length + values.bytes.Length));
    }

    private static void Value(CodedOutputStream to, (string Name, object[] Sizes) value)
    {
        Text(to, 1, value.Name);
        Bytes(to, 2, Message(type => Bytes(type, 1, Message(tensor =>
        {
            Integer(tensor, 1, FloatType);
            Bytes(tensor, 2, Message(shape =>
            {
                foreach (object size in value.Sizes)
                {
                    Bytes(shape, 1, Message(dimension =>
                    {
                        if (size is string any)
                        {
                            Text(dimension, 2, any);
                        }
                        else
                        {
                            Integer(dimension, 1, (int)size);
                        }
                    }));
                }
            }));
        }))));
    }

    private static void Integer(CodedOutputStream to, uint field, long value)
    {
        to.WriteTag((field << 3) | Varint);
        to.WriteInt64(value);
    }

    private static void Text(CodedOutputStream to, uint field, string value)
    {
        to.WriteTag((field << 3) | Delimited);
        to.WriteString(value);
    }

    private static void Bytes(CodedOutputStream to, uint field, ByteString value)
    {
        to.WriteTag((field << 3) | Delimited);
        to.WriteBytes(value);
    }

    private static ByteString Message(Action<CodedOutputStream> write)
    {
        var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory, leaveOpen: true))
        {
            write(output);
        }

        return UnsafeByteOperations.UnsafeWrap(memory.GetBuffer().AsMemory(0, (int)memory.Length));
    }
}
