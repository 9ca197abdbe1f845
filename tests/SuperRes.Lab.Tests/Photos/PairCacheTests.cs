using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Tests.Photos;

public sealed class PairCacheTests : IDisposable
{
    private static readonly PairCacheOptions Original = new() { CropSize = 32, Content = CacheContent.Original };
    private readonly TempFolder _temp = new();

    public PairCacheTests() => TestPhotos.Write(_temp["photos"], 9);

    private string CachePath => _temp["cache/stage.pairs"];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Prepare_Original_KeepsEveryPixelInTheFoldersOrder()
    {
        using PairCache cache = Prepare(Original);

        Assert.Equal(9, cache.Count);
        for (int i = 0; i < 9; i++)
        {
            Assert.Equal($"{i:000}.png", cache.NameOf(i));
            Assert.Equal(TestPhotos.Make(i).Pixels, cache.Read(i).Pixels);
        }
    }

    [Fact]
    public void Prepare_Resized_FitsTheShorterSide()
    {
        using PairCache cache = Prepare(new() { CropSize = 32, Margin = 1.5 });

        Assert.Equal((58, 48), cache.SizeOf(0));
        Assert.Equal(Resampler.Resize(TestPhotos.Make(2), 58, 48, ResampleFilter.Bicubic).Pixels, cache.Read(2).Pixels);
    }

    [Fact]
    public void Prepare_Crops_CutsSeveralSeededPartsOfEachPhoto()
    {
        PairCacheOptions options = new() { CropSize = 32, Margin = 1, Content = CacheContent.Crops, CropsPerImage = 3, Seed = 5 };
        byte[] first;
        using (PairCache cache = Prepare(options))
        {
            Assert.Equal(27, cache.Count);
            Assert.Equal((32, 32), cache.SizeOf(26));
            Assert.Equal("001.png (part 2)", cache.NameOf(4));
            first = File.ReadAllBytes(CachePath);
        }

        File.Delete(CachePath);
        Prepare(options).Dispose();
        Assert.Equal(first, File.ReadAllBytes(CachePath));
    }

    [Fact]
    public void Prepare_Twice_ReadsNoPhotoAgain()
    {
        Prepare(Original).Dispose();
        DateTime made = File.GetLastWriteTimeUtc(CachePath);
        int reports = 0;

        using PairCache cache = Prepare(Original, new Progress(_ => reports++));

        Assert.Equal(0, reports);
        Assert.Equal(made, File.GetLastWriteTimeUtc(CachePath));
    }

    [Theory]
    [InlineData("photo")]
    [InlineData("options")]
    [InlineData("version")]
    [InlineData("cut short")]
    [InlineData("rubbish")]
    public void Prepare_AfterAChange_MakesItAnew(string change)
    {
        Prepare(Original).Dispose();
        PairCacheOptions options = Original;
        byte[] bytes = File.ReadAllBytes(CachePath);
        switch (change)
        {
            case "photo":
                ImageCodec.Write(TestPhotos.Make(50), _temp["photos/004.png"]);
                break;
            case "options":
                options = Original with { Content = CacheContent.Resized, Margin = 1 };
                break;
            case "version":
                bytes[8]++;
                File.WriteAllBytes(CachePath, bytes);
                break;
            case "cut short":
                File.WriteAllBytes(CachePath, bytes[..^100]);
                break;
            default:
                File.WriteAllText(CachePath, "rubbish");
                break;
        }

        int reports = 0;
        using PairCache cache = Prepare(options, new Progress(_ => reports++));

        Assert.Equal(9, reports);
        RgbImage expected = TestPhotos.Make(change == "photo" ? 50 : 4);
        Assert.Equal(change == "options" ? Resampler.Resize(expected, 38, 32, ResampleFilter.Bicubic).Pixels : expected.Pixels, cache.Read(
            4).Pixels);
        cache.Verify();
    }

    [Fact]
    public void Open_CutShortAnywhere_IsRefused()
    {
        Prepare(Original).Dispose();
        byte[] bytes = File.ReadAllBytes(CachePath);
        for (int length = 0; length < bytes.Length; length += Math.Max(1, bytes.Length / 97))
        {
            File.WriteAllBytes(_temp["cut.pairs"], bytes[..length]);
            var e = Assert.Throws<InputException>(() => PairCache.Open(_temp["cut.pairs"]));
            Assert.Contains("cut.pairs", e.Message);
        }

        Assert.Contains("missing.pairs", Assert.Throws<InputException>(() => PairCache.Open(_temp["missing.pairs"])).Message);
    }

    [Fact]
    public void Open_AnyByteOfHeaderOrIndexFlipped_IsRefused()
    {
        Prepare(Original).Dispose();
        byte[] bytes = File.ReadAllBytes(CachePath);
        int index = (int)BitConverter.ToInt64(bytes, 16);
        foreach (int at in Enumerable.Range(0, 64).Concat(Enumerable.Range(index, bytes.Length - index)).Where(i => i < 64 || i % 13 == 0))
        {
            bytes[at] ^= 0x40;
            File.WriteAllBytes(_temp["flip.pairs"], bytes);
            Assert.Throws<InputException>(() => PairCache.Open(_temp["flip.pairs"]));
            bytes[at] ^= 0x40;
        }
    }

    [Fact]
    public void Loader_DamagedPicture_StopsNamingCacheAndPhoto()
    {
        Prepare(Original).Dispose();
        byte[] bytes = File.ReadAllBytes(CachePath);
        bytes[64 + (96 * 80 * 3 * 5) + 1000] ^= 1;
        File.WriteAllBytes(CachePath, bytes);
        using PairCache cache = PairCache.Open(CachePath);
        using var loader = new BatchLoader(cache, new(), new() { BatchSize = 9, CropSize = 32 });

        var e = Assert.Throws<InputException>(() => loader.Next(TestContext.Current.CancellationToken));
        Assert.Contains(CachePath, e.Message);
        Assert.Contains("005.png", e.Message);
    }

    [Fact]
    public void Loader_FromTheCache_GivesTheSameBatchesAsFromTheFolder()
    {
        using PairCache cache = Prepare(Original);
        BatchLoaderOptions options = new() { BatchSize = 4, CropSize = 32, Seed = 3 };
        using var cached = new BatchLoader(cache, DegradationPresets.Find("all"), options);
        using var plain = new BatchLoader(ImageFolder.Scan(_temp["photos"]), DegradationPresets.Find("all"), options);

        Assert.Equal(BatchLoaderTests.Read(plain, 6), BatchLoaderTests.Read(cached, 6));
    }

    [Fact]
    public void Loader_FromTheCache_NoticesAChangedFolder()
    {
        using PairCache cache = Prepare(Original);
        using var loader = new BatchLoader(cache, new(), new() { BatchSize = 9, CropSize = 32, Prefetch = 1 });
        loader.Next(TestContext.Current.CancellationToken).Dispose();
        ImageCodec.Write(TestPhotos.Make(77), _temp["photos/new.png"]);

        var e = Assert.Throws<InputException>(() =>
        {
            loader.Next(TestContext.Current.CancellationToken).Dispose();
            loader.Next(TestContext.Current.CancellationToken).Dispose();
        });
        Assert.Contains("new.png is new", e.Message);
    }

    [Fact]
    public async Task Prepare_ByTwoAtOnce_IsDoneOnce()
    {
        int reports = 0;
        var progress = new Progress(_ => Interlocked.Increment(ref reports));
        PairCache[] caches = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Prepare(Original, progress))));

        Assert.Equal(9, reports);
        foreach (PairCache cache in caches)
        {
            cache.Verify();
            cache.Dispose();
        }

        Assert.Equal(
            ["stage.pairs", "stage.pairs.lock"], Directory.EnumerateFiles(_temp["cache"]).Select(f => Path.GetFileName(f)).Order());
    }

    [Fact]
    public void Prepare_WhileTheLockIsHeld_WaitsAndCanBeCancelled()
    {
        using FileStream hold = FileLock.Take(CachePath + ".lock", CancellationToken.None);
        using var cancel = new CancellationTokenSource(150);

        Assert.ThrowsAny<OperationCanceledException>(
            () => PairCache.Prepare(ImageFolder.Scan(_temp["photos"]), Original, CachePath, null, cancel.Token));
        Assert.False(File.Exists(CachePath));
    }

    [Fact]
    public void Prepare_Cancelled_LeavesNothingHalfWritten()
    {
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => PairCache.Prepare(
            ImageFolder.Scan(_temp["photos"]), Original, CachePath, new Progress(_ => cancel.Cancel()), cancel.Token));

        Assert.Equal(["stage.pairs.lock"], Directory.EnumerateFiles(_temp["cache"]).Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public void Prepare_DiskFullWhileWriting_LeavesNothingHalfWritten()
    {
        var e = Assert.Throws<InputException>(() => PairCache.Prepare(
            ImageFolder.Scan(_temp["photos"]), Original, CachePath,
            new Progress(p => _ = p.Done == 3 ? throw new IOException("No space left on device") : 0), CancellationToken.None));

        Assert.Contains("No space left on device", e.Message);
        Assert.Contains("free space", e.Message);
        Assert.Equal(["stage.pairs.lock"], Directory.EnumerateFiles(_temp["cache"]).Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public void Prepare_TooLittleSpace_SaysHowMuchIsNeeded()
    {
        Func<string, long> real = FileLock.FreeSpace;
        string mine = Path.GetFullPath(_temp["cache"]);
        FileLock.FreeSpace = folder => folder == mine ? 1000 : real(folder);
        try
        {
            Assert.Contains("0.0 GB free", Assert.Throws<InputException>(() => Prepare(Original)).Message);
        }
        finally
        {
            FileLock.FreeSpace = real;
        }
    }

    [Fact]
    public void Prepare_LeftoverOfAKilledProcess_IsSweptAway()
    {
        Directory.CreateDirectory(_temp["cache"]);
        File.WriteAllText(CachePath + ".0123abcd.tmp", "half");

        Prepare(Original).Dispose();

        Assert.False(File.Exists(CachePath + ".0123abcd.tmp"));
    }

    [Fact]
    public void Prepare_OneBrokenAmongMany_IsSetAsideWithItsReason()
    {
        TestPhotos.Write(_temp["many"], 100, 32, 32);
        byte[] whole = ImageCodec.EncodeJpeg(TestPhotos.Make(7, 200, 200), 90);
        File.WriteAllBytes(_temp["many/050cut.jpg"], whole[..(whole.Length / 2)]);

        using PairCache cache =
            PairCache.Prepare(ImageFolder.Scan(_temp["many"]), Original, CachePath, null, TestContext.Current.CancellationToken);

        Assert.Equal(100, cache.Count);
        Assert.Equal("050cut.jpg", Assert.Single(cache.Broken).Name);
    }

    [Fact]
    public void Prepare_SeveralBroken_Stops()
    {
        byte[] whole = ImageCodec.EncodeJpeg(TestPhotos.Make(7, 200, 200), 90);
        File.WriteAllBytes(_temp["photos/cut.jpg"], whole[..(whole.Length / 2)]);

        var e = Assert.Throws<InputException>(() => Prepare(Original));
        Assert.Contains("1 of the 10 images", e.Message);
        Assert.Contains("cut.jpg", e.Message);
    }

    [Fact]
    public void Prepare_PhotoSmallerThanTheCrop_NamesIt() =>
        Assert.Contains("000.png (96×80)", Assert.Throws<InputException>(() => Prepare(new() { CropSize = 81 })).Message);

    private PairCache Prepare(PairCacheOptions options, IProgress<PrepareProgress>? progress = null) =>
        PairCache.Prepare(ImageFolder.Scan(_temp["photos"]), options, CachePath, progress, TestContext.Current.CancellationToken);

    private sealed class Progress(Action<PrepareProgress> report) : IProgress<PrepareProgress>
    {
        public void Report(PrepareProgress value) => report(value);
    }
}
