using SuperRes.Lab.Weights;
using TorchSharp;

namespace SuperRes.Lab.Tests.Weights;

public sealed class TorchCheckpointTests : IDisposable
{
    private static readonly byte[] OneTwo = [0, 0, 128, 63, 0, 0, 0, 64];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Zip64DeflatedWithComment_Works()
    {
        byte[] pickle = PickleBuilder.Start().Op("}").Text("w").Tensor("Float", "0", 2, 0, [2], [1]).Op("s").Stop();
        byte[] file = new ZipBuilder().Add("a/data.pkl", pickle, deflate: true, zip64: true).Add("a/data/0", OneTwo, zip64: true)
            .Add("a/byteorder", "little"u8.ToArray()).Bytes(zip64: true, comment: "PK or not");
        using TorchCheckpointContent content = Read(file);
        Assert.Equal([1f, 2f], content.StateDict()["w"].data<float>().ToArray());
    }

    [Fact]
    public void Read_ZipWithoutChecksums_Works()
    {
        // torch.serialization.set_crc32_options(False) leaves them zero.
        byte[] pickle = PickleBuilder.Start().Tensor("Float", "0", 2, 0, [2], [1]).Stop();
        using TorchCheckpointContent content =
            Read(new ZipBuilder().Add("a/data.pkl", pickle, crc: 0).Add("a/data/0", OneTwo, crc: 0).Bytes());
        Assert.Equal([1f, 2f], content.Tensors[string.Empty].data<float>().ToArray());
    }

    [Fact]
    public void Read_BoolsOtherThanZeroAndOne_BecomeTrue()
    {
        byte[] pickle = PickleBuilder.Start().Tensor("Bool", "0", 8, 0, [8], [1]).Stop();
        using TorchCheckpointContent content = Read(PthBuilder.Zip(pickle, ("0", OneTwo)));
        using torch.Tensor sum = content.Tensors[string.Empty].sum();
        Assert.Equal(3, sum.item<long>());
    }

    [Fact]
    public void Read_SmallExpandedTensor_KeepsItsStrides()
    {
        byte[] pickle = PickleBuilder.Start().Tensor("Float", "0", 2, 1, [3, 2], [0, 0]).Stop();
        using TorchCheckpointContent content = Read(PthBuilder.Zip(pickle, ("0", OneTwo)));
        using torch.Tensor sum = content.Tensors[string.Empty].sum();
        Assert.Equal(12f, sum.item<float>());
    }

    [Fact]
    public void Read_FileOfTorchBefore04_Works()
    {
        // Python 2 text, an OrderedDict made from pairs, torch.FloatTensor with a state, and a parameter around it.
        PickleBuilder tensor = PickleBuilder.Start().Global("collections", "OrderedDict").Op("](]");
        tensor.Op("(").Python2Text("weight").Global("torch", "FloatTensor").Op(")Rq\x05(").Storage("Float", "7", 2, b => b.Op("N")).Long(0)
            .Longs(2).Longs(1).Op("tbe");
        tensor.Op("](").Python2Text("bias").Global("torch.nn.parameter", "Parameter").Op("h\x05\x85R(\x89\x89Ntbe");
        tensor.Op("](").Python2Text("view").Global("torch._utils", "_rebuild_tensor").Op("(")
            .Storage("Float", "7", 2, b => b.Op("(").Text("v").Long(1).Long(1).Op("t")).Long(0).Longs(1).Longs(1).Op("tRe");
        byte[] file = PthBuilder.Legacy(tensor.Op("e\x85R").Stop(), storages: ("7", 4, OneTwo));
        using TorchCheckpointContent content = Read(file);
        IReadOnlyDictionary<string, torch.Tensor> state = content.StateDict();
        Assert.Equal(["weight", "bias", "view"], state.Keys);
        Assert.Equal([1f, 2f], state["weight"].data<float>().ToArray());
        Assert.Equal([1f, 2f], state["bias"].data<float>().ToArray());
        Assert.Equal([2f], state["view"].data<float>().ToArray());
    }

    [Fact]
    public void Read_NewerProtocol_Works()
    {
        PickleBuilder pickle = PickleBuilder.Start(4).Raw(0x95, 0, 0, 0, 0, 0, 0, 0, 0).Op("}(");
        pickle.Raw(0x8c, 1).Op("a").Raw(0x94).Raw(0x8f, (byte)'(').Int(1).Raw(0x90);
        pickle.Text("b").Raw((byte)'C', 2, 0xff, 0);
        pickle.Text("c").Text("torch").Text("Size").Raw(0x93).Op("(").Int(3).Op("t\x85R");
        pickle.Text("d").Global("torch", "float32");
        pickle.Text("e").Global("torch", "device").Text("cuda").Int(1).Op("\x86R");
        using TorchCheckpointContent content = Read(PthBuilder.Zip(pickle.Op("u").Stop()));
        Assert.Equal("set", content.Root["a"].Kind);
        Assert.Equal([255, 0], ((CheckpointBytes)content.Root["b"]).Value.ToArray());
        Assert.Equal(3L, ((CheckpointScalar)content.Root["c"][0]).Value);
        Assert.Equal("torch.float32", content.Root["d"].ToString());
        Assert.Equal("cuda:1", content.Root["e"].ToString());
        Assert.Empty(content.Tensors);
    }

    [Theory]
    [InlineData("model", "")]
    [InlineData("state_dict", "")]
    [InlineData("state_dict", "module.")]
    [InlineData("params_ema", "")]
    public void StateDict_InTheUsualPlaces_IsFoundAndUnwrapped(string place, string prefix)
    {
        PickleBuilder pickle = PickleBuilder.Start().Op("}(").Text("epoch").Int(3).Text(place).Op("}(");
        pickle.Text(prefix + "w").Tensor("Float", "0", 2, 0, [2], [1]).Text(prefix + "version").Int(1).Text(prefix + "b")
            .Tensor("Float", "0", 2, 1, [], []);
        using TorchCheckpointContent content = Read(PthBuilder.Zip(pickle.Op("uu").Stop(), ("0", OneTwo)));
        Assert.Equal(["w", "b"], content.StateDict().Keys);
        Assert.Equal([$"{place}.{prefix}w", $"{place}.{prefix}b"], content.Tensors.Keys);
    }

    [Fact]
    public void StateDict_Nowhere_SaysWhatIsThere()
    {
        using TorchCheckpointContent content = Read(PthBuilder.Zip(PickleBuilder.Start().Op("}").Text("hyper").Int(1).Op("s").Stop()));
        Assert.Contains("a dictionary with 1 keys, such as 'hyper'", Assert.Throws<InputException>(() => content.StateDict()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_PathsThatCoincide_AreToldApart()
    {
        PickleBuilder pickle = PickleBuilder.Start().Op("}(").Text("a.b").Tensor("Float", "0", 2, 0, [1], [1]).Text("a").Op("}").Text("b")
            .Tensor("Float", "0", 2, 1, [1], [1]).Op("s");
        using TorchCheckpointContent content = Read(PthBuilder.Zip(pickle.Op("u").Stop(), ("0", OneTwo)));
        Assert.Equal(["a.b", "a.b#2"], content.Tensors.Keys);
        Assert.Equal([2f], content.Tensors["a.b#2"].data<float>().ToArray());
    }

    [Fact]
    public void Read_InsideADisposeScope_TensorsOutliveIt()
    {
        byte[] file = PthBuilder.Zip(PickleBuilder.Start().Tensor("Float", "0", 2, 0, [2], [1]).Stop(), ("0", OneTwo));
        TorchCheckpointContent content;
        using (torch.NewDisposeScope())
        {
            content = Read(file);
        }

        using (content)
        {
            Assert.Equal([1f, 2f], content.Tensors[string.Empty].data<float>().ToArray());
        }
    }

    [Fact]
    public void Read_ManyTimes_LeavesNoTensorBehind()
    {
        byte[] file = PthBuilder.Zip(PickleBuilder.Start().Tensor("Float", "0", 2, 0, [2], [1]).Stop(), ("0", OneTwo));
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 20; i++)
        {
            Read(file).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    private TorchCheckpointContent Read(byte[] bytes)
    {
        string path = _folder["a.pth"];
        File.WriteAllBytes(path, bytes);
        return TorchCheckpoint.Read(path);
    }
}
