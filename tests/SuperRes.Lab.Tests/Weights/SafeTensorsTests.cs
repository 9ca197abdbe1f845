using System.Text;
using SuperRes.Lab.Weights;
using TorchSharp;

namespace SuperRes.Lab.Tests.Weights;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ThenOpen_GivesBackNamesValuesAndMetadata()
    {
        using var scope = torch.NewDisposeScope();
        string path = _folder["a.safetensors"];
        var values = torch.arange(6, torch.float32).reshape(2, 3);
        SafeTensors.Write(path, [("b", values), ("a", torch.tensor(7L)), ("t", values.t())], new Dictionary<string,
            string> { ["superres"] = "{\"é\":\"漢😀\"}" });

        torch.Tensor read;
        using (SafeTensors file = SafeTensors.Open(path))
        {
            Assert.Equal(["a", "b", "t"], file.Entries.Select(e => e.Name));
            Assert.Equal("{\"é\":\"漢😀\"}", file.Metadata["superres"]);
            Assert.Equal(7, file.Read("a").item<long>());
            Assert.Equal([3, 2], file.Read("t").shape);
            Assert.Equal([0f, 3, 1, 4, 2, 5], file.Read("t").data<float>().ToArray());
            read = file.Read("b");
        }

        Assert.Equal([0f, 1, 2, 3, 4, 5], read.data<float>().ToArray());
    }

    [Fact]
    public void Read_WrittenTo_LeavesTheFileAndOtherTensorsAlone()
    {
        using var scope = torch.NewDisposeScope();
        string path = _folder["a.safetensors"];
        SafeTensors.Write(path, [("a", torch.ones(4)), ("b", torch.zeros(4))]);
        byte[] before = File.ReadAllBytes(path);
        using SafeTensors file = SafeTensors.Open(path);
        file.Read("a").fill_(5);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(0f, file.Read("b").sum().item<float>());
    }

    [Fact]
    public void Write_OneTensor_EqualsTheReferenceByteForByte()
    {
        using var values = torch.arange(6, torch.float32).reshape(1, 1, 2, 3);
        SafeTensors.Write(_folder["one.safetensors"], [("attn0", values)]);
        byte[] header = Encoding.UTF8.GetBytes("{\"attn0\":{\"dtype\":\"F32\",\"shape\":[1,1,2,3],\"data_offsets\":[0,24]}}       ");
        Assert.Equal(72, header.Length);
        Assert.Equal(
            [72, 0, 0, 0, 0, 0, 0, 0, .. header, 0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64],
            File.ReadAllBytes(_folder["one.safetensors"]));
    }

    [Fact]
    public void Write_Empty_EqualsTheReferenceByteForByte()
    {
        string path = _folder["empty.safetensors"];
        SafeTensors.Write(path, [], new Dictionary<string, string> { ["framework"] = "pt" });
        Assert.Equal([40, 0, 0, 0, 0, 0, 0, 0, .. "{\"__metadata__\":{\"framework\":\"pt\"}}     "u8], File.ReadAllBytes(path));
        SafeTensors.Write(path, []);
        Assert.Equal([8, 0, 0, 0, 0, 0, 0, 0, .. "{}      "u8], File.ReadAllBytes(path));
    }

    [Fact]
    public void Write_EveryType_IsOrderedByAlignmentThenName()
    {
        using var scope = torch.NewDisposeScope();
        torch.ScalarType[] types = [torch.uint8, torch.@bool, torch.float32, torch.int64, torch.float16, torch.int8, torch.float64,
            torch.bfloat16, torch.int16, torch.int32];
        string path = _folder["types.safetensors"];
        SafeTensors.Write(path, types.SelectMany(t => new[] { ($"z{t}", torch.zeros(3, t)), ($"a{t}", torch.ones(1, t)) }));
        using SafeTensors file = SafeTensors.Open(path);
        torch.ScalarType[] expected = [torch.int64, torch.float64, torch.float32, torch.int32, torch.bfloat16, torch.float16, torch.int16,
            torch.int8, torch.uint8, torch.@bool];
        Assert.Equal(expected.SelectMany(t => new[] { $"a{t}", $"z{t}" }), file.Entries.Select(e => e.Name));
        Assert.All(file.Entries, e => Assert.Equal(0, e.Offset % (e.ByteCount / e.Shape[0])));
        Assert.All(file.ReadAll(), t => Assert.Equal(t.Key[0] == 'a' ? 1 : 0, t.Value.to(torch.float64).mean().item<double>()));
    }

    [Fact]
    public void Read_DataNotAligned_IsCopied()
    {
        // A file by another writer: its header is 1 byte short of a multiple of eight, and a byte precedes the floats.
        string header =
            "{\"m\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[2,10]}}";
        string path = _folder["odd.safetensors"];
        File.WriteAllBytes(
            path, [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), 0, 7, .. BitConverter.GetBytes(1.5f),
            .. BitConverter.GetBytes(-2f)]);
        using var scope = torch.NewDisposeScope();
        using SafeTensors file = SafeTensors.Open(path);
        Assert.Equal([1.5f, -2f], file.Read("w").data<float>().ToArray());
        Assert.Equal([0, 1], file.Read("m").to(torch.uint8).data<byte>().ToArray());
        Assert.Equal(1L, file.Read("m").sum().item<long>());
    }

    [Fact]
    public void Read_FileReplacedMeanwhile_GivesTheOpenedFilesValues()
    {
        using var scope = torch.NewDisposeScope();
        string path = _folder["a.safetensors"];
        SafeTensors.Write(path, [("a", torch.ones(4)), ("n", torch.ones(4, torch.int64))]);
        using SafeTensors file = SafeTensors.Open(path);
        torch.Tensor early = file.Read("a");
        SafeTensors.Write(path, [("a", torch.zeros(400)), ("n", torch.zeros(400, torch.int64))]);
        Assert.Equal(4f, early.sum().item<float>());
        Assert.Equal(4L, file.Read("n").sum().item<long>());
    }

    [Fact]
    public void Read_TensorOfTheFile_TakesNoMemoryOfItsOwn()
    {
        string path = _folder["large.safetensors"];
        using (torch.Tensor large = torch.zeros(16 << 20))
        {
            SafeTensors.Write(path, [("a", large)]);
        }

        Assert.SkipUnless(OperatingSystem.IsLinux(), "The figure is read from /proc.");
        using SafeTensors file = SafeTensors.Open(path);
        long before = PrivateKilobytes();
        using torch.Tensor tensor = file.Read("a");
        using torch.Tensor sum = tensor.sum();
        Assert.Equal(0f, sum.item<float>());
        Assert.InRange(PrivateKilobytes() - before, long.MinValue, 32 << 10);
    }

    [Fact]
    public void Write_GradientsAndViews_AreWrittenAsPlainValues()
    {
        using var scope = torch.NewDisposeScope();
        string path = _folder["a.safetensors"];
        torch.Tensor weight = torch.ones(new long[] { 2, 3 }, requires_grad: true);
        torch.Tensor expanded = torch.tensor(2f).expand(4);
        torch.Tensor channelsLast =
            torch.arange(24, torch.float32).reshape(1, 2, 3, 4).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        SafeTensors.Write(path, [("w", weight), ("e", expanded), ("c", channelsLast)]);
        using SafeTensors file = SafeTensors.Open(path);
        Assert.False(file.Read("w").requires_grad);
        Assert.Equal([2f, 2, 2, 2], file.Read("e").data<float>().ToArray());
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), file.Read("c").data<float>().ToArray());
    }

    [Fact]
    public void WriteAndRead_ManyTimes_LeaveNoTensorBehind()
    {
        string path = _folder["a.safetensors"];
        using torch.Tensor values = torch.arange(6, torch.float32).reshape(2, 3).t();
        using torch.Tensor mask = torch.ones(3, torch.@bool);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 20; i++)
        {
            SafeTensors.Write(path, [("a", values), ("m", mask)]);
            using SafeTensors file = SafeTensors.Open(path);
            foreach (torch.Tensor tensor in file.ReadAll().Values)
            {
                tensor.Dispose();
            }
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    private static long PrivateKilobytes() =>
        long.Parse(
            File.ReadLines("/proc/self/status").First(l => l.StartsWith("RssAnon", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
}
