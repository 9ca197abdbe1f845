using SuperRes.Lab.Course;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Tests.Datasets;
using SuperRes.Lab.Tests.Photos;

namespace SuperRes.Lab.Tests.Experiments;

[Collection(TestDataFolder.Sets)]
public sealed class RunDataTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly List<string> _log = [];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void TrainFor_AnyStage_ReadsNoImageFileOnceItIsPrepared()
    {
        TestPhotos.Write(_temp["photos"], 10);
        byte[] expected;
        using (RunData data = Open("{}"))
        {
            expected = data.TrainFor(64).Read(0).Pixels;
            data.ValidFor(64);
        }

        // The photos' content goes, their names, sizes and times stay: whatever decoded a file would fail.
        foreach (string path in Directory.EnumerateFiles(_temp["photos"]))
        {
            DateTime written = File.GetLastWriteTimeUtc(path);
            byte[] bytes = File.ReadAllBytes(path);
            bytes.AsSpan(100).Clear();
            File.WriteAllBytes(path, bytes);
            File.SetLastWriteTimeUtc(path, written);
        }

        using RunData again = Open("{}");
        using var loader = new BatchLoader(again.TrainFor(32), DegradationPresets.Find("all"), new() { BatchSize = 4, CropSize = 32 });
        loader.Next(TestContext.Current.CancellationToken).Dispose();
        Assert.Equal(expected, again.TrainFor(32).Read(0).Pixels);
        Assert.Equal(1, again.ValidFor(32).Count);
    }

    [Fact]
    public void TrainFor_WholePhotos_SharesOneCacheBetweenTheStages()
    {
        TestPhotos.Write(_temp["photos"], 10);
        using RunData data = Open("{}");

        Assert.Same(data.TrainFor(32), data.TrainFor(64));
        Assert.NotEqual(data.TrainFor(32).Path, data.ValidFor(32).Path);
        Assert.StartsWith(TestDataFolder.Path, data.TrainFor(32).Path);
    }

    [Theory]
    [InlineData("""{ "cache": { "content": "resized", "margin": 1.5 } }""", 9, 58, 48)]
    [InlineData("""{ "cache": { "content": "crops", "cropsPerImage": 3, "margin": 1 } }""", 27, 32, 32)]
    [InlineData("""{ "cache": { "content": "original" } }""", 9, 96, 80)]
    public void TrainFor_CacheOption_DecidesWhatIsKept(string options, int count, int width, int height)
    {
        TestPhotos.Write(_temp["photos"], 10);
        using RunData data = Open(options);

        PairCache cache = data.TrainFor(32);
        Assert.Equal((count, (width, height)), (cache.Count, cache.SizeOf(0)));
    }

    [Fact]
    public void TrainFor_AfterAPhotoChanged_IsMadeAnew()
    {
        TestPhotos.Write(_temp["photos"], 10);
        string name;
        using (RunData data = Open("{}"))
        {
            name = data.TrainFor(32).NameOf(0);
        }

        ImageCodec.Write(TestPhotos.Make(88), _temp["photos", name]);
        using RunData again = Open("{}");
        PairCache cache = again.TrainFor(32);
        int index = Enumerable.Range(0, cache.Count).FirstOrDefault(i => cache.NameOf(i) == name, -1);
        Assert.Equal(TestPhotos.Make(88).Pixels, (index < 0 ? again.ValidFor(32) : cache).Read(Math.Max(index, 0)).Pixels);
    }

    [Fact]
    public void Loader_WhenAnImageAppearsDuringTraining_NamesIt()
    {
        TestPhotos.Write(_temp["photos"], 10);
        using RunData data = Open("{}");
        using var loader = new BatchLoader(data.TrainFor(32), new(), new() { BatchSize = 9, CropSize = 32, Prefetch = 1 });
        loader.Next(TestContext.Current.CancellationToken).Dispose();
        ImageCodec.Write(TestPhotos.Make(90), _temp["photos", "surprise.png"]);

        var e = Assert.Throws<InputException>(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                loader.Next(TestContext.Current.CancellationToken).Dispose();
            }
        });
        Assert.Contains("surprise.png is new", e.Message);
    }

    [Fact]
    public void Open_OneBrokenAmongMany_IsSetAsideCountedAndNamed()
    {
        TestPhotos.Write(_temp["photos"], 120, 32, 32);
        byte[] whole = ImageCodec.EncodeJpeg(TestPhotos.Make(7, 200, 200), 90);
        _temp.Write("photos/cut.jpg", whole[..(whole.Length / 2)]);

        using RunData data = Open("{}");

        Assert.Equal(120, data.Folder.Count);
        Assert.Equal(120, data.TrainFor(32).Count + data.ValidFor(32).Count);
        Assert.Contains(
            _log, line => line.StartsWith("1 file can't be used", StringComparison.Ordinal)
            && line.Contains("cut.jpg", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_MoreThanOnePercentBroken_Stops()
    {
        TestPhotos.Write(_temp["photos"], 10);
        byte[] whole = ImageCodec.EncodeJpeg(TestPhotos.Make(7, 200, 200), 90);
        _temp.Write("photos/cut.jpg", whole[..(whole.Length / 2)]);

        string message = Assert.Throws<InputException>(() => Open("{}")).Message;
        Assert.Contains("1 of the 11 images", message);
        Assert.Contains("cut.jpg", message);
    }

    [Fact]
    public void CropSize_SmallPhotosLeftOut_KeepsTheStagesSize()
    {
        TestPhotos.Write(_temp["photos"], 10);
        ImageCodec.Write(TestPhotos.Make(30, 40, 40), _temp["photos", "small.png"]);
        ImageCodec.Write(TestPhotos.Make(31, 40, 44), _temp["photos", "small too.png"]);

        using RunData data = Open("""{ "leaveOutSmall": true, "validFraction": 0.3 }""");

        Assert.Equal(64, data.CropSize(64));
        Assert.Equal(10, data.TrainFor(64).Count + data.ValidFor(64).Count);
        Assert.Equal(12, data.TrainFor(32).Count + data.ValidFor(32).Count);
        Assert.Contains(_log, line => line.Contains("smaller than 64 px and left out", StringComparison.Ordinal));
        using RunData strict = Open("{}");
        Assert.Contains("small.png (40×40)", Assert.Throws<InputException>(() => strict.CropSize(64)).Message);
    }

    [Fact]
    public async Task Open_CatalogSetsFetchedOverABrokenLine_SplitByTheSeedOrByTheirAuthors()
    {
        using var sets = new FetchedSets();
        await sets.BringAsync(SmallSets.Div2k());
        await sets.BringAsync(SmallSets.Flowers());
        await sets.BringAsync(SmallSets.Pets());

        Assert.Equal((9, 1), Counts("""{ "source": "div2k" }"""));
        Assert.Equal((10, 3), Counts("""{ "source": "DIV2K", "split": "official" }"""));
        Assert.Equal((11, 1), Counts("""{ "source": "flowers" }"""));
        Assert.Equal((4, 2), Counts("""{ "source": "flowers", "split": "official" }"""));
        Assert.Equal((4, 2), Counts("""{ "source": "pets", "split": "official" }"""));
        Assert.Equal((6, 1), Counts("""{ "source": "pets" }"""));
        // Of a folder of the set alone, as without the catalog.
        Assert.Equal((9, 1), Counts("""{ "source": "DIV2K/DIV2K_train_HR" }"""));
        // Two of each class on the training side; the authors' validation side whole.
        Assert.Equal((4, 2), Counts("""{ "source": "pets", "split": "official", "perClass": 2 }"""));
        Assert.Contains("fewer than the 4 wanted", Assert.Throws<InputException>(() => Counts("""{ "source": "flowers", "split": "official", "perClass": 4 }""")).Message);
        Assert.Contains("has no classes", Assert.Throws<InputException>(() => Counts("""{ "source": "div2k", "perClass": 2 }""")).Message);
    }

    [Fact]
    public void Split_OfficialWithALookAlikeOnBothSides_LeavesItOutOfTraining()
    {
        Dataset set = DatasetCatalog.Find("div2k");
        TestPhotos.Write(_temp["DIV2K", "DIV2K_train_HR"], 6);
        Directory.CreateDirectory(_temp["DIV2K", "DIV2K_valid_HR"]);
        ImageCodec.Write(TestPhotos.Make(2), _temp["DIV2K", "DIV2K_valid_HR", "same.jpg"], 80);
        ImageCodec.Write(TestPhotos.Make(40), _temp["DIV2K", "DIV2K_valid_HR", "other.png"]);
        ImageFolder folder = ImageFolder.FromNames(set.PathIn(_temp.Path), [.. set.List(_temp.Path).Select(item => item.Name)]);
        ImageFolder sound = PhotoHashes.Of(folder, null, out ulong[] hashes);

        DataSplit split = PhotoSplit.Official(sound, photo => photo.Name.StartsWith("DIV2K_valid", StringComparison.Ordinal),
            NearDuplicates.Group(hashes));

        Assert.Equal("DIV2K_train_HR/002.png", Assert.Single(split.LeftOut).Name);
        Assert.Equal((5, 2), (split.Train.Count, split.Valid.Count));
    }

    [Fact]
    public void Open_OfficialSplitOfAFolder_SaysThatThereIsNone()
    {
        TestPhotos.Write(_temp["photos"], 4);
        Assert.Contains("\"split\": \"random\"", Assert.Throws<InputException>(() => Open("""{ "split": "official" }""")).Message);
    }

    [Fact]
    public void Open_ClassTree_TakesABalancedSubset()
    {
        for (int i = 0; i < 12; i++)
        {
            ImageCodec.Write(TestPhotos.Make(i), _temp["photos", "train", i % 2 == 0 ? "cats" : "dogs", $"{i}.png"]);
        }

        using RunData data = Open("""{ "perClass": 4 }""");
        Assert.Equal([4, 4], data.Folder.Photos.GroupBy(photo => photo.Name.Split('/')[0]).Select(group => group.Count()));
    }

    private static (int Train, int Valid) Counts(string options)
    {
        using RunData data = RunData.Open(Make(options), cancellation: TestContext.Current.CancellationToken);
        return (data.TrainFor(32).Count, data.ValidFor(32).Count);
    }

    private static Experiment Make(string options) => Experiment.Parse(
        $$"""{ "name": "data", "data": {{options}}, "stages": [ { "name": "32", "size": 32, "batchSize": 4, "learningRate": 1e-3 } ] }""", "test");

    private RunData Open(string options) => RunData.Open(Make(options), _temp["photos"], _log.Add, TestContext.Current.CancellationToken);

    /// <summary>Catalog sets in the tests' data folder, for as long as one test wants them there.</summary>
    private sealed class FetchedSets : IDisposable
    {
        private readonly List<string> _folders = [];

        public void Dispose() => _folders.ForEach(folder => Directory.Delete(folder, recursive: true));

        /// <summary>Fetches a set from a server that breaks off, unpacks it and verifies it.</summary>
        public async Task BringAsync((Dataset Set, Dictionary<string, byte[]> Files) made)
        {
            await using LoopbackServer server =
                SmallSets.Serve(made.Files, (count, file) => count == 0 ? made.Files[file].Length / 2 : int.MaxValue);
            using var downloader = new Downloader(new DownloaderOptions { FirstDelay = TimeSpan.FromMilliseconds(1) });
            Dataset set = made.Set.At(server);
            _folders.Add(set.PathIn(TestDataFolder.Path));
            string root = new DatasetFetcher(downloader).Fetch(set, TestDataFolder.Path);
            FolderSurvey survey = FolderSurvey.Of(root, [.. set.List(TestDataFolder.Path).Select(item => item.Name)]);

            Assert.Contains(server.Requests, request => request.ContainsKey("range"));
            Assert.Equal((set.Images, 0), (survey.Images.Count, survey.Broken.Count));
        }
    }
}
