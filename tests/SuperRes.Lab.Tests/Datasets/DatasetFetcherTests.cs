using SuperRes.Lab.Datasets;
using SuperRes.Lab.IO;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Tests.Photos;

namespace SuperRes.Lab.Tests.Datasets;

public sealed class DatasetFetcherTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly Downloader _downloader =
        new(new DownloaderOptions { Attempts = 2, FirstDelay = TimeSpan.FromMilliseconds(1), StallTimeout = TimeSpan.FromSeconds(20) });

    public static TheoryData<string> Sets => ["div2k", "flowers", "pets"];

    public void Dispose()
    {
        _downloader.Dispose();
        _temp.Dispose();
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Fetch_BrokenOffInBetween_ResumesChecksAndUnpacks(string name)
    {
        (Dataset set, Dictionary<string, byte[]> files) = Make(name);
        // Every second answer ends after a third of the file's bytes.
        await using LoopbackServer server = SmallSets.Serve(files, (count, file) => count % 2 == 0 ? files[file].Length / 3 : int.MaxValue);
        List<DatasetProgress> reports = [];

        string folder = Fetch(set.At(server), progress: reports.Add);

        Assert.Equal(set.Images, Listed(set).Count);
        Assert.All(set.States(_temp.Path), state => Assert.Equal(DatasetFileState.Ready, state));
        Assert.Contains(server.Requests, request => request.ContainsKey("range"));
        Assert.All(set.Files, file => Assert.Equal(files[file.Name], File.ReadAllBytes(Path.Combine(folder, file.Name))));
        Assert.Equal(set.Bytes, reports.Max(report => report.Received));
        Assert.All(reports, report => Assert.Equal(set.Bytes, report.Total));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(folder),
            path => path.EndsWith(".part", StringComparison.Ordinal) || path.Contains(".unpacked", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Fetch_Twice_HasNothingToDo(string name)
    {
        (Dataset set, Dictionary<string, byte[]> files) = Make(name);
        await using LoopbackServer server = SmallSets.Serve(files);
        Fetch(set.At(server));
        int requests = server.Requests.Count;
        var before = Snapshot();

        Fetch(set.At(server));

        Assert.Equal(requests, server.Requests.Count);
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public async Task Fetch_StoppedAndStartedAgain_GoesOnWhereItStopped()
    {
        (Dataset set, Dictionary<string, byte[]> files) = Make("pets");
        await using LoopbackServer server = SmallSets.Serve(files, (count, file) => count == 0 ? files[file].Length / 2 : int.MaxValue);
        using (var once = new Downloader(new DownloaderOptions { Attempts = 1 }))
        using (var cancel = new CancellationTokenSource())
        {
            Assert.ThrowsAny<OperationCanceledException>(() => new DatasetFetcher(once).Fetch(
                set.At(server), _temp.Path, progress: p => cancel.CancelAfter(p.Received > 0 ? 0 : 60_000), cancellation: cancel.Token));
        }

        Fetch(set.At(server));

        Assert.Contains(server.Requests, request => request.ContainsKey("range"));
        Assert.Equal(7, Listed(set).Count);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Fetch_NetworkClosedAndFilesPutThereByHand_ChecksAndUnpacksThem(string name)
    {
        (Dataset set, Dictionary<string, byte[]> files) = Make(name);
        string message = Assert.Throws<InputException>(() => Fetch(set)).Message;
        Assert.All(set.Files, file => Assert.Contains($"{file.Sources[0]} ({file.Size:N0} bytes)", message));
        Assert.Contains(set.PathIn(_temp.Path), message);
        foreach ((string file, byte[] content) in files)
        {
            File.WriteAllBytes(Path.Combine(set.PathIn(_temp.Path), file), content);
        }

        Fetch(set, keepArchives: false);

        Assert.Equal(set.Images, Listed(set).Count);
        Assert.Equal(set.Files.Where(file => file.Unpacked is null).Select(file => file.Name), Directory.EnumerateFiles(
            set.PathIn(_temp.Path)).Select(path => Path.GetFileName(path)).Where(file => !file.StartsWith('.')).Order().Reverse());
    }

    [Fact]
    public void Fetch_UnpackedByHand_IsAcceptedAsItIs()
    {
        (Dataset set, _) = Make("div2k");
        TestPhotos.Write(_temp["DIV2K", "DIV2K_train_HR"], 10);
        TestPhotos.Write(_temp["DIV2K", "DIV2K_valid_HR"], 3);

        Fetch(set);

        Assert.Equal(13, Listed(set).Count);
    }

    [Fact]
    public async Task Fetch_WrongHash_KeepsNothingUnderTheNameAndSaysBoth()
    {
        (Dataset set, Dictionary<string, byte[]> files) = Make("div2k");
        byte[] wrong = [.. files["DIV2K_valid_HR.zip"]];
        wrong[50] ^= 1;
        files["DIV2K_valid_HR.zip"] = wrong;
        await using LoopbackServer server = SmallSets.Serve(files);

        string message = Assert.Throws<InputException>(() => Fetch(set.At(server))).Message;

        Assert.Contains(set.Files[1].Sha256, message);
        Assert.False(File.Exists(_temp["DIV2K", "DIV2K_valid_HR.zip"]));
        Assert.False(Directory.Exists(_temp["DIV2K", "DIV2K_valid_HR"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fetch_WrongFileByHand_IsPutAsideAndNamed(bool sameLength)
    {
        (Dataset set, Dictionary<string, byte[]> files) = Make("div2k");
        string path = _temp["DIV2K", "DIV2K_train_HR.zip"];
        byte[] wrong = [.. files["DIV2K_train_HR.zip"]];
        wrong[100] ^= 1;
        _temp.Write("DIV2K/x", "");
        File.WriteAllBytes(path, sameLength ? wrong : wrong[..^1]);

        string message = Assert.Throws<InputException>(() => Fetch(set)).Message;

        Assert.Contains($"{path}.rejected", message);
        Assert.Contains(sameLength ? set.Files[0].Sha256 : $"{wrong.Length - 1:N0} bytes instead of {wrong.Length:N0}", message);
        Assert.True(File.Exists(path + ".rejected"));
    }

    [Fact]
    public async Task Fetch_FirstSourceGone_TakesTheMirror()
    {
        (Dataset set, Dictionary<string, byte[]> files) = Make("flowers");
        await using LoopbackServer server = SmallSets.Serve(files);

        new DatasetFetcher(_downloader, [new Uri("http://127.0.0.1:9/none"), new Uri(server.Address, "/mirror")]).Fetch(set, _temp.Path);

        Assert.Equal(12, Listed(set).Count);
        Assert.All(server.Requests, request => Assert.StartsWith("/mirror/", request[":path"]));
    }

    [Fact]
    public async Task Fetch_ArchiveOfAnEnemy_IsRefusedEvenWithTheRightHash()
    {
        (Dataset set, Dictionary<string, byte[]> files) = Make("div2k");
        byte[] evil = Archives.Zip(("DIV2K_train_HR/../../evil.txt", Archives.Text("evil")));
        files["DIV2K_train_HR.zip"] = evil;
        await using LoopbackServer server = SmallSets.Serve(files);
        Dataset fooled = set
            with { Files =
            [set.Files[0] with { Size = evil.Length,
            Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(evil)) }, set.Files[1]] };

        Assert.Contains("leads out of the folder", Assert.Throws<InputException>(() => Fetch(fooled.At(server))).Message);
        Assert.False(File.Exists(_temp["evil.txt"]));
    }

    [Fact]
    public void Fetch_TooSmallADisk_SaysHowMuchIsNeededBeforeItBegins()
    {
        Dataset set = DatasetCatalog.Find("div2k");
        Func<string, long> real = FileLock.FreeSpace;
        string mine = set.PathIn(_temp.Path);
        FileLock.FreeSpace = folder => folder == mine ? 2_000_000_000 : real(folder);
        try
        {
            Assert.Contains("2.0 GB free, and div2k needs 8.4 GB", Assert.Throws<InputException>(() => Fetch(set)).Message);
        }
        finally
        {
            FileLock.FreeSpace = real;
        }
    }

    [Fact]
    public void List_Flowers_HasLabelsAndTheOfficialSides()
    {
        Dataset set = Unpack("flowers");
        IReadOnlyList<PhotoSetItem> items = Listed(set);

        Assert.Equal(new PhotoSetItem("jpg/image_00001.jpg", "1", SplitSide.Valid), items[0]);
        Assert.Equal(new PhotoSetItem("jpg/image_00002.jpg", "1", SplitSide.Train), items[1]);
        Assert.Equal(new PhotoSetItem("jpg/image_00012.jpg", "77", SplitSide.Test), items[11]);
        Assert.Equal([4, 2, 6], new[] { SplitSide.Train, SplitSide.Valid, SplitSide.Test }.Select(
            side => items.Count(item => item.Side == side)));
    }

    [Fact]
    public void List_Pets_HasBreedsAndTheOfficialSides()
    {
        IReadOnlyList<PhotoSetItem> items = Listed(Unpack("pets"));

        Assert.Equal(7, items.Count);
        Assert.Contains(new PhotoSetItem("images/great_pyrenees_7.jpg", "great pyrenees", SplitSide.Valid), items);
        Assert.Contains(new PhotoSetItem("images/Abyssinian_2.jpg", "Abyssinian", SplitSide.Train), items);
        Assert.Contains(new PhotoSetItem("images/pug_5.jpg", "pug", SplitSide.None), items);
    }

    [Theory]
    [InlineData("setid.mat", "trnid")]
    [InlineData("imagelabels.mat", "labels")]
    public void List_FlowersWithAShortMatFile_NamesTheFile(string file, string variable)
    {
        Dataset set = Unpack("flowers");
        string path = Path.Combine(set.PathIn(_temp.Path), file);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains(file, Assert.Throws<InputException>(() => set.List(_temp.Path)).Message);
        }

        File.WriteAllBytes(path, whole[..128]);
        Assert.Contains(variable, Assert.Throws<InputException>(() => set.List(_temp.Path)).Message);
    }

    [Theory]
    [InlineData("Abyssinian_1 1 1")]
    [InlineData("Abyssinian_1 1 1 x")]
    [InlineData("Abyssinian_1 1 1 1\nAbyssinian_1 1 1 1")]
    public void List_PetsWithADamagedList_NamesFileAndLine(string text)
    {
        Dataset set = Unpack("pets");
        File.WriteAllText(Path.Combine(set.PathIn(_temp.Path), "annotations", "trainval.txt"), text + "\n");

        Assert.Contains("trainval.txt line", Assert.Throws<InputException>(() => set.List(_temp.Path)).Message);
    }

    [Fact]
    public void List_SetThatIsNotThere_SaysHowToGetIt()
    {
        string message = Assert.Throws<InputException>(() => DatasetCatalog.Find("flowers").List(_temp.Path)).Message;

        Assert.Contains("superres data fetch flowers", message);
        Assert.Contains("102flowers.tgz (344,862,509 bytes)", message);
    }

    [Fact]
    public void Find_UnknownName_ListsTheKnown() =>
        Assert.Contains("div2k, flowers, pets, dead-leaves", Assert.Throws<InputException>(() => DatasetCatalog.Find("div3k")).Message);

    [Fact]
    public void Catalog_Entries_AreComplete()
    {
        Assert.All(DatasetCatalog.All.SelectMany(set => set.Files), file =>
        {
            Assert.Matches("^[0-9a-f]{64}$", file.Sha256);
            Assert.All(file.Sources, source => Assert.Equal("https", source.Scheme));
            Assert.All(file.Sources, source => Assert.EndsWith("/" + file.Name, source.AbsolutePath));
        });
        Assert.Equal(DatasetCatalog.All.Count, DatasetCatalog.All.Select(set => set.Folder).Distinct().Count());
    }

    private static (Dataset Set, Dictionary<string, byte[]> Files) Make(string name) =>
        name switch { "div2k" => SmallSets.Div2k(), "flowers" => SmallSets.Flowers(), _ => SmallSets.Pets() };

    private string Fetch(Dataset set, bool keepArchives = true, Action<DatasetProgress>? progress = null) =>
        new DatasetFetcher(_downloader).Fetch(set, _temp.Path, keepArchives, progress, TestContext.Current.CancellationToken);

    private IReadOnlyList<PhotoSetItem> Listed(Dataset set) => set.List(_temp.Path);

    private Dataset Unpack(string name)
    {
        (Dataset set, Dictionary<string, byte[]> files) = Make(name);
        foreach ((string file, byte[] content) in files)
        {
            Directory.CreateDirectory(set.PathIn(_temp.Path));
            File.WriteAllBytes(Path.Combine(set.PathIn(_temp.Path), file), content);
        }

        Fetch(set);
        return set;
    }

    private string[] Snapshot() =>
        [.. Directory.EnumerateFiles(_temp.Path, "*", SearchOption.AllDirectories).Order().Select(
            path => $"{path} {new FileInfo(path).Length} {File.GetLastWriteTimeUtc(path):O}")];
}
