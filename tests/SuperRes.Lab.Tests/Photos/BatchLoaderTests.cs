using SuperRes.Lab.Degradations;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Photos;
using TorchSharp;

namespace SuperRes.Lab.Tests.Photos;

public sealed class BatchLoaderTests
{
    private static readonly DegradationOptions Mix = DegradationPresets.Find("all");

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Stream_WithMoreWorkers_IsBitIdentical(int workers)
    {
        Assert.Equal(Digest(1), Digest(workers));

        static List<string> Digest(int workers)
        {
            using var loader =
                new BatchLoader(Source(23), Mix, new() { BatchSize = 4, CropSize = 32, Workers = workers, Seed = 7, SamplesPerImage = 2 });
            return Read(loader, 25);
        }
    }

    [Fact]
    public void Stream_ContinuedFromSavedPosition_IsBitIdentical()
    {
        BatchLoaderOptions options = new() { BatchSize = 4, CropSize = 32, Workers = 2, Seed = 7 };
        using var whole = new BatchLoader(Source(10), Mix, options);
        Read(whole, 3);
        LoaderPosition position = whole.Position;
        List<string> rest = Read(whole, 4);

        using var resumed = new BatchLoader(Source(10), Mix, options);
        Read(resumed, 1);
        resumed.Position = position;

        Assert.Equal(new LoaderPosition(1, 1), position);
        Assert.Equal(rest, Read(resumed, 4));
    }

    [Fact]
    public void Epochs_Shuffled_HoldEachPhotoOnceInDifferentOrder()
    {
        using var loader = new BatchLoader(Source(12), Mix, new() { BatchSize = 4, CropSize = 32 });
        int[] first = [.. loader.ReadEpoch(TestContext.Current.CancellationToken).SelectMany(b => b.Indices)];
        int[] second = [.. loader.ReadEpoch(TestContext.Current.CancellationToken).SelectMany(b => b.Indices)];

        Assert.Equal(Enumerable.Range(0, 12), first.Order());
        Assert.Equal(Enumerable.Range(0, 12), second.Order());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void ForValidation_InEveryEpoch_GivesTheSameFullSetInOrder()
    {
        using var loader = BatchLoader.ForValidation(Source(10), Mix, new() { BatchSize = 4, CropSize = 32, SamplesPerImage = 3 });
        List<string> first = Read(loader, 3), second = Read(loader, 3);

        Assert.Equal(first, second);
        Assert.Equal(["0,1,2,3", "4,5,6,7", "8,9"], first.Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void ForValidation_Target_IsTheCentreCrop()
    {
        RgbImage[] photos = TestPhotos.Many(2);
        using var loader = BatchLoader.ForValidation(TestPhotos.Source(photos), Mix, new() { BatchSize = 2, CropSize = 32 });
        using Batch batch = loader.Next(TestContext.Current.CancellationToken);
        using torch.Tensor target = batch.Target[1];

        Assert.Equal(photos[1].Crop(32, 24, 32, 32).Pixels, RgbImage.FromTensor(target).Pixels);
        Assert.Equal([2, 3, 32, 32], batch.Input.shape);
    }

    [Fact]
    public void Next_WhenAPhotoFails_ThrowsNamingItAgainAndAgain()
    {
        using var loader = new BatchLoader(new FailingSource(), Mix, new() { BatchSize = 2, CropSize = 32, Shuffle = false, Workers = 2 });
        loader.Next(TestContext.Current.CancellationToken).Dispose();

        for (int i = 0; i < 2; i++)
        {
            var e = Assert.Throws<InvalidOperationException>(() => loader.Next(TestContext.Current.CancellationToken));
            Assert.Contains("third photo", e.Message);
        }
    }

    [Fact]
    public void Cancellation_ThenDispose_LeavesNoThread()
    {
        using var slow = new ManualResetEventSlim();
        var loader = new BatchLoader(new FailingSource(slow), Mix, new() { BatchSize = 2, CropSize = 32, Workers = 3 });
        using var cancel = new CancellationTokenSource(50);
        Assert.ThrowsAny<OperationCanceledException>(() => loader.Next(cancel.Token));
        slow.Set();

        loader.Dispose();

        Assert.Equal(0, loader.RunningWorkers);
        Assert.Throws<ObjectDisposedException>(() => loader.Next(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Batches_Disposed_ReuseTheirMemory()
    {
        using var loader = new BatchLoader(Source(8), Mix, new() { BatchSize = 4, CropSize = 32, Prefetch = 2 });
        HashSet<IntPtr> addresses = [];
        for (int i = 0; i < 40; i++)
        {
            using Batch batch = loader.Next(TestContext.Current.CancellationToken);
            unsafe
            {
                fixed (byte* p = batch.Input.bytes)
                {
                    addresses.Add((IntPtr)p);
                }
            }
        }

        Assert.InRange(addresses.Count, 1, 4);
    }

    [Fact]
    public void Constructor_SmallPhoto_NamesItAndTheCrop()
    {
        var e = Assert.Throws<InputException>(() => new BatchLoader(Source(3), Mix, new() { CropSize = 128 }));
        Assert.Contains("image 0 has 96×80", e.Message);
        Assert.Contains("128×128", e.Message);
    }

    [Fact]
    public void Constructor_ImpossibleOption_NamesItAndItsRange()
    {
        var e = Assert.Throws<InputException>(() => new BatchLoader(Source(3), Mix, new() { BatchSize = 0 }));
        Assert.Contains("loader.batchSize is 0; the allowed range is 1 to 4096", e.Message);
    }

    internal static PhotoSource Source(int count) => TestPhotos.Source(TestPhotos.Many(count));

    internal static List<string> Read(BatchLoader loader, int count)
    {
        List<string> digests = [];
        for (int i = 0; i < count; i++)
        {
            using Batch batch = loader.Next(TestContext.Current.CancellationToken);
            digests.Add(Digest(batch));
        }

        return digests;
    }

    private static string Digest(Batch batch) =>
        string.Join(',', batch.Indices) + " "
        + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(batch.Input.bytes)) + " "
        + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(batch.Target.bytes));

    private sealed class FailingSource(ManualResetEventSlim? gate = null) : PhotoSource
    {
        public override int Count => 6;

        public override string NameOf(int index) => index == 2 ? "third photo" : "photo";

        public override (int Width, int Height) SizeOf(int index) => (96, 80);

        public override RgbImage Read(int index)
        {
            gate?.Wait();
            return index == 2 ? throw new FormatException("bad bits") : TestPhotos.Make(index);
        }
    }
}
