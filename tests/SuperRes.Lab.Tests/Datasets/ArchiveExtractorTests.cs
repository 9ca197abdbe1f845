using System.Formats.Tar;
using SuperRes.Lab.Datasets;
using static SuperRes.Lab.Tests.Datasets.Archives;

namespace SuperRes.Lab.Tests.Datasets;

public sealed class ArchiveExtractorTests : IDisposable
{
    private static readonly (string, byte[])[] Good = [("set/a.txt", Text("first")), ("set/deep/b.txt", Text("second")), ("c.txt", [])];
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("good.zip")]
    [InlineData("good.tar.gz")]
    [InlineData("good.tgz")]
    public void Extract_GoodArchive_WritesItsFiles(string name)
    {
        string archive = _temp.Write(name, name.EndsWith("zip") ? Zip(Good) : TarGz(Good));
        List<int> reports = [];

        ExtractProgress done = ArchiveExtractor.Extract(archive, _temp["out"], null, new Progress(p => reports.Add(p.Files)),
            TestContext.Current.CancellationToken);

        Assert.Equal(3, done.Files);
        Assert.Equal([1, 2, 3], reports);
        Assert.Equal("first", File.ReadAllText(_temp["out", "set", "a.txt"]));
        Assert.Equal("second", File.ReadAllText(_temp["out", "set", "deep", "b.txt"]));
        Assert.Equal(0, new FileInfo(_temp["out", "c.txt"]).Length);
    }

    public static TheoryData<string> EvilNames =>
    [
        "../evil.txt", "set/../../evil.txt", "..\\evil.txt", "/tmp/superres-evil.txt", "\\evil.txt", "C:\\evil.txt", "c:evil.txt",
            "set/con.txt",
        "set/a\u0001b.txt", "set/trailing.", "set/a:stream.txt", ".", "..", new string('x', 300),
    ];

    [Theory]
    [MemberData(nameof(EvilNames))]
    public void Extract_NameThatLeadsOutOrCantBe_IsRefusedAndNothingIsLeft(string name)
    {
        RequireRefused("evil.zip", Zip(("good.txt", Text("x")), (name, Text("evil"))));
        if (name.Length <= 200)
        {
            RequireRefused("evil.tar.gz", TarGz(("good.txt", Text("x")), (name, Text("evil"))));
        }

        Assert.False(File.Exists("/tmp/superres-evil.txt"));
        Assert.False(File.Exists(_temp["evil.txt"]));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public void Extract_LinkInATar_IsRefused(TarEntryType type)
    {
        var link = new PaxTarEntry(type, "set/link") { LinkName = "../../outside" };
        Assert.Contains("\"set/link\" is a link", RequireRefused("link.tgz", TarGz([link])));
    }

    [Theory]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.CharacterDevice)]
    public void Extract_DeviceInATar_IsRefused(TarEntryType type) =>
        Assert.Contains("neither a file nor a folder", RequireRefused("device.tgz", TarGz([new PaxTarEntry(type, "pipe")])));

    [Fact]
    public void Extract_LinkInAZip_IsRefused() =>
        Assert.Contains("is a link", RequireRefused("link.zip", ZipWithLink("set/link", "/etc/passwd")));

    [Theory]
    [InlineData("a.txt", "a.txt", "twice")]
    [InlineData("Photo.jpg", "photo.JPG", "twice")]
    [InlineData("a", "a/b.txt", "is a file there")]
    public void Extract_NamesThatCollide_AreRefused(string first, string second, string reason)
    {
        Assert.Contains(reason, RequireRefused("same.zip", Zip((first, Text("1")), (second, Text("2")))));
        Assert.Contains(reason, RequireRefused("same.tgz", TarGz((first, Text("1")), (second, Text("2")))));
    }

    [Fact]
    public void Extract_Bomb_StopsLongBeforeItFillsTheDisk()
    {
        // 10 MB that would become 10 GB: the same ratio at a hundredth of the size, cut off where the ratio passes the limit.
        byte[] zeros = new byte[100_000_000];
        long written = 0;
        var progress = new Progress(p => written = p.Bytes);
        foreach ((string name, byte[] bytes) in new[] { ("bomb.zip", Zip(("zeros", zeros))), ("bomb.tgz", TarGz(("zeros", zeros))) })
        {
            Assert.InRange(bytes.Length, 1, 1_000_000);
            string archive = _temp.Write(name, bytes);

            var e = Assert.Throws<InputException>(
                () => ArchiveExtractor.Extract(archive, _temp["out"], null, progress, TestContext.Current.CancellationToken));

            Assert.Contains("50 times as large", e.Message);
            Assert.Equal(0, written);
            RequireNothingLeft();
        }
    }

    [Fact]
    public void Extract_BombWhoseHeaderLies_IsStoppedByWhatItReallyHolds()
    {
        byte[] bytes = Zip(("zeros", new byte[80_000_000]));
        // The uncompressed size in the central directory, four bytes before the name's length.
        int directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(bytes.AsSpan(directory + 24), 100);

        RequireRefused("liar.zip", bytes);
    }

    [Fact]
    public void Extract_MoreThanALimit_IsRefused()
    {
        string archive = _temp.Write("many.zip", Zip([.. Enumerable.Range(0, 30).Select(i => ($"{i}.txt", Text("some text")))]));

        Assert.Contains("more than 20 entries",
            Assert.Throws<InputException>(() => ArchiveExtractor.Extract(archive, _temp["out"], new() { MaxEntries = 20 })).Message);
        Assert.Contains("limit of 100 bytes",
            Assert.Throws<InputException>(() => ArchiveExtractor.Extract(archive, _temp["out"], new() { MaxBytes = 100 })).Message);
        RequireNothingLeft();
    }

    [Theory]
    [InlineData("cut.zip")]
    [InlineData("cut.tar.gz")]
    public void Extract_CutShortAtAnyByte_IsRefusedAndNothingIsLeft(string name)
    {
        byte[] whole = name.EndsWith("zip") ? Zip(Good) : TarGz(Good);
        for (int length = 0; length < whole.Length; length++)
        {
            RequireRefused(name, whole[..length]);
        }
    }

    [Theory]
    [InlineData("changed.zip")]
    [InlineData("changed.tar.gz")]
    public void Extract_ContentChanged_IsRefused(string name)
    {
        byte[] noise = new byte[2000];
        new Random(1).NextBytes(noise);
        byte[] bytes = name.EndsWith("zip") ? Zip(("noise", noise)) : TarGz(("noise", noise));
        bytes[bytes.Length / 2] ^= 4;

        RequireRefused(name, bytes);
    }

    [Fact]
    public void Extract_Cancelled_LeavesNothing()
    {
        string archive = _temp.Write("good.zip", Zip(Good));
        using var cancel = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(
            () => ArchiveExtractor.Extract(archive, _temp["out"], null, new Progress(_ => cancel.Cancel()), cancel.Token));
        RequireNothingLeft();
    }

    [Fact]
    public void Extract_DiskFull_SaysSoAndLeavesNothing()
    {
        string archive = _temp.Write("good.zip", Zip(Good));

        var e =
            Assert.Throws<InputException>(
            () => ArchiveExtractor.Extract(archive, _temp["out"], null, new Progress(_ => throw new IOException("No space left on device")),
            TestContext.Current.CancellationToken));

        Assert.Contains("No space left on device", e.Message);
        Assert.Contains("free space", e.Message);
        RequireNothingLeft();
    }

    [Theory]
    [InlineData("set.rar")]
    [InlineData("set.tar")]
    public void Extract_OtherArchive_SaysWhichAreRead(string name) =>
        Assert.Contains(".zip, .tar.gz and .tgz",
            Assert.Throws<InputException>(() => ArchiveExtractor.Extract(_temp.Write(name, []), _temp["out"])).Message);

    [Fact]
    public void Extract_IntoAFolderThatExists_IsRefused()
    {
        Directory.CreateDirectory(_temp["out"]);
        Assert.Contains("exists",
            Assert.Throws<InputException>(() => ArchiveExtractor.Extract(_temp.Write("good.zip", Zip(Good)), _temp["out"])).Message);
    }

    private string RequireRefused(string name, byte[] bytes)
    {
        string archive = _temp.Write(name, bytes);
        var e = Assert.Throws<InputException>(() => ArchiveExtractor.Extract(archive, _temp["out"]));
        Assert.Contains(name, e.Message);
        RequireNothingLeft();
        return e.Message;
    }

    private void RequireNothingLeft() => Assert.Empty(Directory.EnumerateDirectories(_temp.Path));

    private sealed class Progress(Action<ExtractProgress> report) : IProgress<ExtractProgress>
    {
        public void Report(ExtractProgress value) => report(value);
    }
}
