using SuperRes.Lab.Weights;

namespace SuperRes.Lab.Tests.Weights;

public sealed class TorchCheckpointBadInputTests : IDisposable
{
    private static readonly byte[] FourBytes = [0, 0, 128, 63];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("argparse", "Namespace")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    [InlineData("numpy", "dtype")]
    [InlineData("builtins", "getattr")]
    [InlineData("os", "system")]
    [InlineData("torch", "load")]
    [InlineData("torch", "ComplexFloatStorage")]
    [InlineData("torch._utils", "_rebuild_qtensor")]
    [InlineData("torch.storage", "UntypedStorage")]
    [InlineData("fastai.basic_train", "Learner")]
    public void Read_ClassOfAnotherKind_IsNamed(string module, string name)
    {
        AssertRefused(PthBuilder.Zip(PickleBuilder.Start().Global(module, name).Op(")R").Stop()), $"it asks for {module}.{name},");
        AssertRefused(
            PthBuilder.Legacy(PickleBuilder.Start().Global(module, name).Op(")").Raw(0x81).Stop()), $"it asks for {module}.{name},");
        AssertRefused(PthBuilder.Zip(PickleBuilder.Start(4).Text(module).Text(name).Raw(0x93).Stop()), $"it asks for {module}.{name},");
    }

    [Fact]
    public void Read_EmptyListsWithoutEnd_AreRefusedAtBoundedCost()
    {
        AssertBounded(
            PthBuilder.Legacy(PickleBuilder.Start().Raw(Enumerable.Repeat((byte)']', 3_000_000).ToArray()).Stop()), "bytes of memory");
        AssertBounded(
            PthBuilder.Legacy(PickleBuilder.Start().Raw(Enumerable.Repeat((byte)'}', 3_000_000).ToArray()).Stop()), "bytes of memory");
        AssertBounded(
            PthBuilder.Legacy(PickleBuilder.Start().Raw(Enumerable.Repeat((byte)'(', 3_000_000).ToArray()).Stop()), "bytes of memory");
        AssertBounded(
            PthBuilder.Zip(
            PickleBuilder.Start().Op("]")
            .Raw(
            Enumerable.Range(0, 1_000_000)
            .SelectMany(i => new byte[] { (byte)'q', (byte)i, (byte)'r', (byte)i, (byte)(i >> 8), (byte)(i >> 16), 0 }).ToArray()).Stop()),
            "bytes of memory");
    }

    [Fact]
    public void Read_ListsInListsInLists_AreRefused()
    {
        byte[] nested = [.. Enumerable.Repeat((byte)']', 20_000), .. Enumerable.Repeat((byte)'a', 19_999)];
        AssertBounded(PthBuilder.Legacy(PickleBuilder.Start().Raw(nested).Stop()), "nested more than 100 deep");
    }

    [Fact]
    public void Read_ListThatHoldsItself_IsRefused()
    {
        AssertBounded(PthBuilder.Legacy(PickleBuilder.Start().Op("]q\0h\0a").Stop()), "nested more than 100 deep");
        AssertBounded(PthBuilder.Legacy(PickleBuilder.Start().Op("}q\0").Text("self").Op("h\0s").Stop()), "nested more than 100 deep");
    }

    [Fact]
    public void Read_BillionLaughs_IsRefused()
    {
        // Each list holds the one before it ten times: 10^20 items in a few hundred bytes.
        PickleBuilder pickle = PickleBuilder.Start().Op("]q\0");
        for (byte i = 0; i < 20; i++)
        {
            pickle.Op("](");
            for (int copy = 0; copy < 10; copy++)
            {
                pickle.Raw((byte)'h', i);
            }

            pickle.Op("e").Raw((byte)'q', (byte)(i + 1));
        }

        AssertBounded(PthBuilder.Legacy(pickle.Stop()), "contain each other too many times");
    }

    [Fact]
    public void Read_OnePathForManyTensors_TakesNoLongerThanOthers()
    {
        // Keys that are tuples have no text of their own, so all of these tensors fall on one path.
        const int Count = 20_000;
        PickleBuilder pickle = PickleBuilder.Start().Op("}").Tensor("Float", "0", 1, 0, [1], [1], b => b.Op("N")).Raw((byte)'q', 0)
            .Op("0(");
        byte[] file =
            PthBuilder.Legacy(
            pickle.Raw(Enumerable.Range(0, Count).SelectMany(_ => (byte[])[(byte)')', (byte)'h', 0]).ToArray()).Op("u").Stop(),
            storages: ("0", 4, FourBytes));
        string path = _folder["many.pth"];
        File.WriteAllBytes(path, file);
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        using TorchCheckpointContent content = TorchCheckpoint.Read(path);
        Assert.Equal(Count, content.Tensors.Count);
        Assert.Contains($"tuple#{Count}", content.Tensors.Keys);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Read_LongKeyOverManyTensors_IsRefusedAtBoundedCost()
    {
        PickleBuilder pickle = PickleBuilder.Start().Op("}").Text(new string('k', 400_000)).Op("](");
        pickle.Tensor("Float", "0", 1, 0, [1], [1], b => b.Op("N")).Op("q\0");
        pickle.Raw(Enumerable.Range(0, 2000).SelectMany(_ => new byte[] { (byte)'h', 0 }).ToArray());
        AssertBounded(PthBuilder.Legacy(pickle.Op("es").Stop(), storages: ("0", 4, FourBytes)), "names of its tensors are far too long");
    }

    [Theory]
    [InlineData(2, new long[] { 1 }, new long[] { 1 }, "reaches to element 2")]
    [InlineData(0, new long[] { 2 }, new long[] { 1 }, "reaches to element 1")]
    [InlineData(0, new long[] { -1 }, new long[] { 1 }, "don't fit")]
    [InlineData(0, new long[] { 2 }, new long[] { -1 }, "don't fit")]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 }, "don't fit")]
    [InlineData(0, new long[] { 1, 1 }, new long[] { 1 }, "don't fit")]
    [InlineData(0, new long[] { 1L << 40, 1L << 40 }, new long[] { 1L << 40, 1 }, "overflows")]
    [InlineData(0, new long[] { 1L << 40, 1L << 40 }, new long[] { 0, 0 }, "overflows")]
    [InlineData(0, new long[] { 1L << 40 }, new long[] { 0 }, "spread over a storage of 1 elements")]
    [InlineData(9, new long[] { 0 }, new long[] { 1 }, "reaches to element 9")]
    public void Read_TensorOutsideItsStorage_IsRefused(long offset, long[] shape, long[] strides, string reason) =>
        AssertRefused(
            PthBuilder.Zip(PickleBuilder.Start().Tensor("Float", "0", 1, offset, shape, strides).Stop(), ("0", FourBytes)), reason);

    [Fact]
    public void Read_StoragesThatDontFit_AreRefused()
    {
        byte[] one = PickleBuilder.Start().Tensor("Float", "0", 1, 0, [1], [1]).Stop();
        AssertRefused(PthBuilder.Zip(one), "data of its storage '0' is missing");
        AssertRefused(PthBuilder.Zip(one, ("0", [.. FourBytes, 0])), "should have 4 bytes and has 5");
        byte[] two = PickleBuilder.Start().Op("](").Tensor("Float", "0", 1, 0, [1], [1]).Tensor("Int", "0", 1, 0, [1], [1]).Op("e").Stop();
        AssertRefused(PthBuilder.Zip(two, ("0", FourBytes)), "storage '0' in two different ways");
        byte[] old = PickleBuilder.Start().Tensor("Float", "0", 1, 0, [1], [1], b => b.Op("N")).Stop();
        AssertRefused(PthBuilder.Legacy(old), "data of its storage '0' is missing");
        AssertRefused(PthBuilder.Legacy(old, storages: ("1", 4, FourBytes)), "names '1', which no tensor uses");
        AssertRefused(PthBuilder.Legacy(old, storages: ("0", 4, [])), "should have 1 elements and has 0");
        AssertRefused(
            PthBuilder.Legacy(
            PickleBuilder.Start().Tensor("Float", "0", 1, 0, [1], [1], b => b.Op("(").Text("v").Long(1).Long(1).Op("t")).Stop(),
            storages: ("0", 4, FourBytes)), "lies outside it");
        AssertRefused(PthBuilder.Zip(PickleBuilder.Start().Storage("Float", "0", 1).Stop(), ("0", FourBytes)), "bare storage");
        AssertRefused(PthBuilder.Zip(PickleBuilder.Start().Storage("Float", "0", long.MaxValue).Stop(), ("0", FourBytes)), "unknown way");
    }

    [Fact]
    public void Read_HugeDeclaredStorage_IsRefusedAtBoundedCost()
    {
        byte[] pickle = PickleBuilder.Start().Tensor("Float", "0", 1L << 38, 0, [1L << 38], [1]).Stop();
        AssertBounded(new ZipBuilder().Add("a/data.pkl", pickle).Add("a/data/0", FourBytes, declaredBytes: 1L << 40, zip64: true).Bytes(
            zip64: true), "reaches outside the file");
        AssertBounded(
            new ZipBuilder().Add("a/data.pkl", pickle).Add("a/data/0", FourBytes, deflate: true, declaredBytes: 1L << 40, zip64: true)
            .Bytes(), "bytes of memory");
        AssertBounded(
            new ZipBuilder().Add("a/data.pkl", pickle, deflate: true, declaredBytes: 1L << 40, zip64: true).Bytes(), "bytes of memory");
        AssertBounded(
            PthBuilder.Legacy(PickleBuilder.Start().Tensor("Float", "0", 1L << 38, 0, [1L << 38], [1], b => b.Op("N")).Stop(),
            storages: ("0", 4, FourBytes)), "elements and has 1");
    }

    [Fact]
    public void Read_CompressedBomb_IsRefusedAtBoundedCost()
    {
        byte[] pickle = PickleBuilder.Start().Tensor("Byte", "0", 50_000_000, 0, [50_000_000], [1]).Stop();
        AssertBounded(
            new ZipBuilder().Add("a/data.pkl", pickle).Add("a/data/0", new byte[50_000_000], deflate: true).Bytes(), "bytes of memory");
    }

    [Fact]
    public void Read_OverlappingEntries_AreRefusedAtBoundedCost()
    {
        // Forty storages of a megabyte that are all the same megabyte of the file.
        PickleBuilder pickle = PickleBuilder.Start().Op("](");
        for (int i = 0; i < 40; i++)
        {
            pickle.Tensor("Byte", $"{i}", 1 << 20, 0, [1 << 20], [1]);
        }

        var zip = new ZipBuilder().Add("a/data/0", new byte[1 << 20]);
        for (int i = 1; i < 40; i++)
        {
            zip.Add($"a/data/{i}", [], declaredBytes: 1 << 20, declaredOffset: 0, crc: 0);
        }

        AssertBounded(zip.Add("a/data.pkl", pickle.Op("e").Stop()).Bytes(), "bytes of memory");
    }

    [Fact]
    public void Read_DirectoryOfCountlessEntries_IsRefusedAtBoundedCost()
    {
        var zip = new ZipBuilder().Add("a/data.pkl", PickleBuilder.Start().Op("N").Stop());
        for (int i = 0; i < 50_000; i++)
        {
            zip.Add($"{i}", [], declaredOffset: 0);
        }

        AssertBounded(zip.Bytes(), "bytes of memory");
    }

    [Fact]
    public void Read_ZipOfAnotherKind_SaysWhatIsWrong()
    {
        byte[] pickle = PickleBuilder.Start().Op("N").Stop();
        AssertRefused(new ZipBuilder().Add("a/readme.txt", pickle).Bytes(), "without data.pkl");
        AssertRefused(new ZipBuilder().Add("a/data.pkl", pickle).Add("b/data.pkl", pickle).Bytes(), "2 files data.pkl");
        AssertRefused(new ZipBuilder().Add("a/data.pkl", pickle).Add("a/data.pkl", pickle).Bytes(), "names 'a/data.pkl' twice");
        AssertRefused(new ZipBuilder().Add("a/data.pkl", pickle).Add("a/constants.pkl", pickle).Bytes(), "TorchScript");
        AssertRefused(new ZipBuilder().Add("a/data.pkl", pickle).Add("a/byteorder", "big"u8.ToArray()).Bytes(), "big-endian");
        AssertRefused(new ZipBuilder().Add("a/data.pkl", pickle, encrypted: true).Bytes(), "encrypted");
        AssertRefused(new ZipBuilder().Add("a/data.pkl", pickle, method: 14).Bytes(), "packed in a way");
        AssertRefused(new ZipBuilder().Add("a/data.pkl", pickle, crc: 123).Bytes(), "checksum");
        AssertRefused(new ZipBuilder().Add("x", []).Add("a/data.pkl", pickle, declaredOffset: 1 << 30).Bytes(), "'a/data.pkl' is damaged");
        AssertRefused(new ZipBuilder().Add("x", []).Add("a/data.pkl", pickle, declaredOffset: 3).Bytes(), "'a/data.pkl' is damaged");
        AssertRefused(new ZipBuilder().Add("a/data.pkl", pickle).Bytes(declaredCount: 60_000), "zip directory is damaged");
        AssertRefused(new ZipBuilder().Add("a/data.pkl", pickle).Bytes(zip64: true, declaredCount: long.MaxValue), "damaged");
        AssertRefused(new ZipBuilder().Bytes(), "without data.pkl");
    }

    [Fact]
    public void Read_LegacyOfAnotherKind_SaysWhatIsWrong()
    {
        AssertRefused(PthBuilder.Legacy(PickleBuilder.Start().Op("N").Stop(), littleEndian: false), "big-endian");
        AssertRefused(PickleBuilder.Start().Op("N").Stop(), "plain pickle");
        AssertRefused(PthBuilder.Legacy(PickleBuilder.Start().Op("t").Stop()), "takes more from its stack");
        AssertRefused(PthBuilder.Legacy(PickleBuilder.Start().Raw(0x8b, 0xff, 0xff, 0xff, 0x7f).Stop()), "more than 1024 bytes");
        AssertRefused(PthBuilder.Legacy(PickleBuilder.Start().Raw((byte)'X', 0xff, 0xff, 0xff, 0xff).Stop()), "cut short");
        AssertRefused(PthBuilder.Legacy(PickleBuilder.Start().Op("]").Text("x").Op("b").Stop()), "sets the state of a list");
        AssertRefused(PthBuilder.Legacy(PickleBuilder.Start().Op("}]Ns").Stop()), "a list is used as a key");
        AssertRefused(PthBuilder.Legacy(PickleBuilder.Start().Op("P0\n").Stop()), "instruction 0x50");
        AssertRefused(PthBuilder.Legacy(PickleBuilder.Start(1).Op("N").Stop()), "protocol 1");
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>", "web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "Git LFS")]
    [InlineData("hello", "no known format")]
    [InlineData("", "no known format")]
    public void Read_SomethingElse_SaysWhatItIs(string content, string reason) =>
        AssertRefused(System.Text.Encoding.UTF8.GetBytes(content), reason);

    [Fact]
    public void Read_SafeTensorsFile_SaysSo()
    {
        SafeTensors.Write(_folder["empty.safetensors"], []);
        AssertRefused(File.ReadAllBytes(_folder["empty.safetensors"]), "it is a safetensors file");
    }

    private void AssertBounded(byte[] bytes, string reason) =>
        Assert.True(Cost.Of(() => AssertRefused(bytes, reason)).Stays(bytes.Length + (4 << 20)));

    private void AssertRefused(byte[] bytes, string reason)
    {
        string path = _folder["bad.pth"];
        File.WriteAllBytes(path, bytes);
        InputException refusal = Assert.Throws<InputException>(() => TorchCheckpoint.Read(path));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }
}
