using Google.Protobuf;
using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Weights;

/// <summary>ONNX files as CNTK writes its residual networks, made here.</summary>
public sealed class CntkResNetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "net.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_ResidualNetwork_HasTorchvisionsNames()
    {
        using DisposeScope scope = NewDisposeScope();
        Write("CNTK",
            [(8, 3, 7), (8, 8, 3), (8, 8, 3), (8, 8, 3), (8, 8, 3), (16, 8, 1), (16, 8, 3), (16, 16, 3), (16, 16, 3), (16, 16, 3)]);
        IReadOnlyDictionary<string, Tensor> state = StateDictFile.Read(File);
        string[] convolutions = [.. state.Keys.Where(name => state[name].dim() == 4)];
        Assert.Equal(
            [
                "conv1.weight", "layer1.0.conv1.weight", "layer1.0.conv2.weight", "layer1.1.conv1.weight", "layer1.1.conv2.weight",
                "layer2.0.downsample.0.weight", "layer2.0.conv1.weight", "layer2.0.conv2.weight", "layer2.1.conv1.weight",
                    "layer2.1.conv2.weight",
            ],
            convolutions);
        Assert.Equal(convolutions.Length * 6, state.Count);
        Assert.Equal([16], state["layer2.0.downsample.1.running_var"].shape);
        Assert.Equal(ScalarType.Int64, state["bn1.num_batches_tracked"].dtype);
    }

    [Fact]
    public void Read_FirstLayer_SeesNormalizedRgbAsTheirsSeesBgr()
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> theirs = Write("CNTK", [(8, 3, 7)]);
        IReadOnlyDictionary<string, Tensor> state = StateDictFile.Read(File);
        Tensor photo = rand(1, 3, 24, 24);
        Tensor bgr = (photo.flip(1) * 255) - tensor([103.06262f, 115.902885f, 123.15163f]).view(1, 3, 1, 1);
        Tensor expected = Normalized(nn.functional.conv2d(bgr, theirs["w0"]), i => theirs[$"n0{i}"]);
        string[] names = ["weight", "bias", "running_mean", "running_var"];
        Tensor actual = Normalized(nn.functional.conv2d(ImageNet.Normalize(photo), state["conv1.weight"]), i => state[$"bn1.{names[i]}"]);
        double error = (actual - expected).abs().max().item<float>(), size = expected.abs().max().item<float>();
        Assert.True(error < 1e-4 * size, $"{error} of {size}");

        static Tensor Normalized(Tensor x, Func<int, Tensor> part) =>
            nn.functional.batch_norm(x, part(2), part(3), part(0), part(1), training: false);
    }

    [Fact]
    public void Read_CutShort_IsRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        Write("CNTK", [(8, 3, 7)]);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        foreach (int length in new[] { 9, 40, bytes.Length / 2, bytes.Length - 1 })
        {
            System.IO.File.WriteAllBytes(File, bytes[..length]);
            InputException error = Assert.Throws<InputException>(() => StateDictFile.Read(File));
            Assert.Contains(File, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("pytorch", 7, "\"pytorch\" wrote it")]
    [InlineData("CNTK", 3, "does not begin as a residual network")]
    public void Read_OtherNetwork_IsRefused(string producer, int kernel, string expected)
    {
        using DisposeScope scope = NewDisposeScope();
        Write(producer, [(8, 3, kernel)]);
        InputException error = Assert.Throws<InputException>(() => StateDictFile.Read(File));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private Dictionary<string, Tensor> Write(string producer, (int Out, int In, int Kernel)[] convolutions)
    {
        var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        byte[] graph = Message(output =>
        {
            for (int i = 0; i < convolutions.Length; i++)
            {
                (int outChannels, int inChannels, int kernel) = convolutions[i];
                weights[$"w{i}"] = randn(outChannels, inChannels, kernel, kernel);
                string[] norm = [.. Enumerable.Range(0, 4).Select(part => $"n{i}{part}")];
                foreach (string name in norm)
                {
                    weights[name] = rand(outChannels) + 0.5;
                }

                Nested(output, 1, node => Node(node, "Conv", ["x", $"w{i}"]));
                Nested(output, 1, node => Node(node, "BatchNormalization", ["x", .. norm]));
                Nested(output, 1, node => Node(node, "Relu", ["x"]));
            }

            foreach ((string name, Tensor weight) in weights)
            {
                Nested(output, 5, tensor => Weight(tensor, name, weight));
            }
        });
        System.IO.File.WriteAllBytes(File, Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt64(3);
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteString(producer);
            output.WriteTag(7, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(graph));
        }));
        return weights;
    }

    private static void Node(CodedOutputStream node, string operation, string[] inputs)
    {
        foreach (string input in inputs)
        {
            node.WriteTag(1, WireFormat.WireType.LengthDelimited);
            node.WriteString(input);
        }

        node.WriteTag(4, WireFormat.WireType.LengthDelimited);
        node.WriteString(operation);
    }

    private static void Weight(CodedOutputStream tensor, string name, Tensor weight)
    {
        foreach (long side in weight.shape)
        {
            tensor.WriteTag(1, WireFormat.WireType.Varint);
            tensor.WriteInt64(side);
        }

        tensor.WriteTag(2, WireFormat.WireType.Varint);
        tensor.WriteInt32(1);
        tensor.WriteTag(8, WireFormat.WireType.LengthDelimited);
        tensor.WriteString(name);
        tensor.WriteTag(9, WireFormat.WireType.LengthDelimited);
        tensor.WriteBytes(ByteString.CopyFrom(weight.bytes));
    }

    private static void Nested(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(output);
        }

        return bytes.ToArray();
    }
}
