using SuperRes.Lab.Imaging;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Tests.Photos;

public sealed class ImageFolderTests
{
    [Fact]
    public void Scan_Folder_ListsPhotosWithSizes()
    {
        using var temp = new TempFolder();
        TestPhotos.Write(temp.Path, 3, 40, 30);
        File.WriteAllText(temp["notes.txt"], "no image");

        ImageFolder folder = ImageFolder.Scan(temp.Path);

        Assert.Equal(["000.png", "001.png", "002.png"], folder.Photos.Select(p => p.Name));
        Assert.Equal((40, 30), folder.SizeOf(1));
    }

    [Fact]
    public void Scan_Recursive_ListsFoldersWithin()
    {
        using var temp = new TempFolder();
        ImageCodec.Write(TestPhotos.Make(1), temp["b/c/deep.png"]);
        ImageCodec.Write(TestPhotos.Make(2), temp["a.png"]);

        Assert.Equal(["a.png", "b/c/deep.png"], ImageFolder.Scan(temp.Path, recursive: true).Photos.Select(p => p.Name));
        Assert.Equal(["a.png"], ImageFolder.Scan(temp.Path).Photos.Select(p => p.Name));
    }

    [Theory]
    [InlineData("missing", false)]
    [InlineData("empty", false)]
    [InlineData("missing", true)]
    [InlineData("empty", true)]
    public void Scan_MissingOrEmptyFolder_NamesIt(string name, bool recursive)
    {
        using var temp = new TempFolder();
        Directory.CreateDirectory(temp["empty"]);

        var e = Assert.Throws<InputException>(() => ImageFolder.Scan(temp[name], recursive));
        Assert.Contains(temp[name], e.Message);
    }

    [Fact]
    public void Scan_OneBrokenAmongMany_SetsItAside()
    {
        using var temp = new TempFolder();
        TestPhotos.Write(temp.Path, 100, 16, 16);
        File.WriteAllText(temp["050x.png"], "this is no picture");

        ImageFolder folder = ImageFolder.Scan(temp.Path);

        Assert.Equal(100, folder.Count);
        Assert.Equal("050x.png", Assert.Single(folder.Broken).Name);
    }

    [Fact]
    public void Scan_MoreThanOnePercentBroken_StopsAndNamesTheFirst()
    {
        using var temp = new TempFolder();
        TestPhotos.Write(temp.Path, 20, 16, 16);
        File.WriteAllBytes(temp["zero.png"], []);

        var e = Assert.Throws<InputException>(() => ImageFolder.Scan(temp.Path));
        Assert.Contains("1 of the 21 images", e.Message);
        Assert.Contains("zero.png", e.Message);
    }

    [Fact]
    public void RequireSize_SmallPhoto_NamesItWithItsSize()
    {
        using var temp = new TempFolder();
        TestPhotos.Write(temp.Path, 2, 64, 64);
        ImageCodec.Write(TestPhotos.Make(9, 64, 50), temp["small.png"]);

        ImageFolder folder = ImageFolder.Scan(temp.Path);

        folder.RequireSize(50);
        var e = Assert.Throws<InputException>(() => folder.RequireSize(64));
        Assert.Contains("1 of the 3 photos", e.Message);
        Assert.Contains("small.png (64×50)", e.Message);
    }

    [Fact]
    public void Split_Seeded_IsNinetyToTenRepeatableAndDisjoint()
    {
        using var temp = new TempFolder();
        TestPhotos.Write(temp.Path, 40, 32, 32);
        ImageFolder folder = ImageFolder.Scan(temp.Path);

        DataSplit split = folder.Split(5, groupNearDuplicates: false);
        DataSplit again = ImageFolder.Scan(temp.Path).Split(5, groupNearDuplicates: false);
        DataSplit other = folder.Split(6, groupNearDuplicates: false);

        Assert.Equal((36, 4), (split.Train.Count, split.Valid.Count));
        Assert.Empty(split.Train.Photos.Intersect(split.Valid.Photos));
        Assert.Equal(split.Valid.Photos, again.Valid.Photos);
        Assert.NotEqual(split.Valid.Photos, other.Valid.Photos);
    }

    [Fact]
    public void Split_NearDuplicates_StayOnOneSide()
    {
        using var temp = new TempFolder();
        for (int i = 0; i < 12; i++)
        {
            RgbImage photo = TestPhotos.Make(i, 128, 96);
            ImageCodec.Write(photo, temp[$"{i:00}-original.png"]);
            ImageCodec.Write(Resampler.Resize(photo, 96, 72, ResampleFilter.Bicubic), temp[$"{i:00}-small.jpg"], quality: 60);
        }

        ImageFolder folder = ImageFolder.Scan(temp.Path);
        for (long seed = 0; seed < 5; seed++)
        {
            DataSplit split = folder.Split(seed, 0.25);
            Assert.Equal(6, split.Valid.Count);
            Assert.Empty(split.Train.Photos.Select(p => p.Name[..2]).Intersect(split.Valid.Photos.Select(p => p.Name[..2])));
        }
    }

    [Fact]
    public void Split_BrokenBehindAGoodHeader_IsSetAside()
    {
        using var temp = new TempFolder();
        TestPhotos.Write(temp.Path, 100, 32, 32);
        byte[] whole = ImageCodec.EncodeJpeg(TestPhotos.Make(7, 200, 200), 90);
        File.WriteAllBytes(temp["cut.jpg"], whole[..(whole.Length / 2)]);

        DataSplit split = ImageFolder.Scan(temp.Path).Split(1);

        Assert.Equal(100, split.Train.Count + split.Valid.Count);
        Assert.Contains("cut.jpg", Assert.Single(split.Train.Broken).Name);
    }

    [Fact]
    public void Fingerprint_WhenAFileChanges_Changes()
    {
        using var temp = new TempFolder();
        TestPhotos.Write(temp.Path, 3);
        ImageFolder before = ImageFolder.Scan(temp.Path);
        ImageCodec.Write(TestPhotos.Make(77), temp["001.png"]);
        ImageFolder after = ImageFolder.Scan(temp.Path);

        Assert.NotEqual(before.Fingerprint(), after.Fingerprint());
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("written")]
    [InlineData("new")]
    public void CheckUnchanged_AfterAChange_NamesTheFile(string change)
    {
        using var temp = new TempFolder();
        TestPhotos.Write(temp.Path, 4);
        ImageFolder folder = ImageFolder.Scan(temp.Path);
        folder.CheckUnchanged();
        switch (change)
        {
            case "gone":
                File.Delete(temp["002.png"]);
                break;
            case "written":
                ImageCodec.Write(TestPhotos.Make(77), temp["002.png"]);
                break;
            default:
                File.Copy(temp["001.png"], temp["002.new.png"]);
                break;
        }

        var e = Assert.Throws<InputException>(folder.CheckUnchanged);
        Assert.Contains(change == "new" ? "002.new.png is new" : "002.png", e.Message);
    }

    [Fact]
    public void Loader_WhenAPhotoChangesDuringTraining_NamesIt()
    {
        using var temp = new TempFolder();
        TestPhotos.Write(temp.Path, 8);
        using var loader = new BatchLoader(ImageFolder.Scan(temp.Path), new(), new() { BatchSize = 4, CropSize = 32, Prefetch = 1 });
        loader.Next(TestContext.Current.CancellationToken).Dispose();
        ImageCodec.Write(TestPhotos.Make(77, 96, 81), temp["005.png"]);

        var e = Assert.Throws<InputException>(() =>
        {
            for (int i = 0; i < 8; i++)
            {
                loader.Next(TestContext.Current.CancellationToken).Dispose();
            }
        });
        Assert.Contains("005.png", e.Message);
    }

    [Fact]
    public void Loader_OneBrokenPhotoAmongMany_IsReplaced()
    {
        using var temp = new TempFolder();
        TestPhotos.Write(temp.Path, 100, 32, 32);
        byte[] whole = ImageCodec.EncodeJpeg(TestPhotos.Make(7, 200, 200), 90);
        File.WriteAllBytes(temp["050cut.jpg"], whole[..(whole.Length / 2)]);
        using var loader = new BatchLoader(ImageFolder.Scan(temp.Path), new(), new() { BatchSize = 101, CropSize = 32, Shuffle = false });

        using Batch batch = loader.Next(TestContext.Current.CancellationToken);

        Assert.Equal([50, 52, 52, 53], batch.Indices[50..54]);
    }
}
