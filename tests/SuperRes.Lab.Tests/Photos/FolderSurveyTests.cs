using System.Text;
using SuperRes.Lab.Course;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Tests.Datasets;
using SuperRes.Lab.Tests.Imaging;

namespace SuperRes.Lab.Tests.Photos;

public sealed class FolderSurveyTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Photos => _temp["photos"];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Of_FolderOfManyKinds_TellsWhatEachIs()
    {
        Write("plain.png", SmallSets.Png(1));
        Write("wrong.png", SmallSets.Jpeg(2));
        Write("deep.png", EncodedImages.Png(2, 2, 16, 2, [new byte[12], new byte[12]]));
        Write("grey.png", ImageCodec.EncodePng(new RgbImage(20, 20)));
        Write("clear.png", ImageCodec.EncodePng(TestPhotos.Make(4), new byte[96 * 80]));
        byte[] pixels = EncodedImages.Sample(11, 9).Pixels;
        Write("interlaced.png", EncodedImages.Png(11, 9, 8, 2, EncodedImages.Adam7(pixels, 11, 9, 3), interlaced: true));
        Write("one.png", ImageCodec.EncodePng(new RgbImage(1, 1)));
        Write("folder/within.webp", ImageCodec.EncodeWebp(TestPhotos.Make(5), 80));

        FolderSurvey survey = FolderSurvey.Of(Photos, cancellation: TestContext.Current.CancellationToken);

        Assert.Empty(survey.Broken);
        Dictionary<string, SurveyedImage> images = survey.Images.ToDictionary(image => image.Name);
        Assert.Equal((StoredMode.Rgb, "PNG", 96, 80), (
            images["plain.png"].Mode, images["plain.png"].Format, images["plain.png"].Width, images["plain.png"].Height));
        Assert.Equal("JPEG", images["wrong.png"].Format);
        Assert.Equal(["wrong.png"], survey.Images.Where(image => image.HasWrongExtension).Select(image => image.Name));
        Assert.Equal(StoredMode.SixteenBit, images["deep.png"].Mode);
        Assert.Equal(StoredMode.Grey, images["grey.png"].Mode);
        Assert.Equal(StoredMode.Transparent, images["clear.png"].Mode);
        Assert.Equal(1, images["one.png"].ShorterSide);
        Assert.Equal(
            (11, 9, StoredMode.Rgb), (images["interlaced.png"].Width, images["interlaced.png"].Height, images["interlaced.png"].Mode));
        Assert.Equal("WebP", images["folder/within.webp"].Format);
        Assert.Equal((0, 0), (images["grey.png"].Brightness, images["grey.png"].Contrast));
        Assert.InRange(images["plain.png"].Brightness, 60, 200);
    }

    [Fact]
    public void Of_BrokenImages_NamesEachWithItsReason()
    {
        Write("good.png", SmallSets.Png(1));
        Write("empty.jpg", []);
        Write("text.jpg", Encoding.UTF8.GetBytes("this is no image at all"));
        byte[] jpeg = SmallSets.Jpeg(3);
        Write("cut.jpg", jpeg[..(jpeg.Length / 2)]);
        Write("huge.png", EncodedImages.Png(30_000, 30_000, 8, 2, []));

        FolderSurvey survey = FolderSurvey.Of(Photos, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(["cut.jpg", "empty.jpg", "huge.png", "text.jpg"], survey.Broken.Select(broken => broken.Name));
        Assert.Contains("cut short", survey.Broken[0].Reason);
        Assert.Contains("0 bytes", survey.Broken[1].Reason);
        Assert.Contains("30,000×30,000", survey.Broken[2].Reason);
        Assert.Contains("no image", survey.Broken[3].Reason);
        Assert.Contains("4 of the 5 images", Assert.Throws<InputException>(survey.RequireSound).Message);
    }

    [Fact]
    public void Of_CmykJpeg_IsNamedAsSuch()
    {
        Write("cmyk.jpg", EncodedImages.CmykJpeg(c: 200, m: 100, y: 0, k: 51));
        FolderSurvey survey = FolderSurvey.Of(Photos, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(StoredMode.Cmyk, Assert.Single(survey.Images).Mode);
    }

    [Fact]
    public void Duplicates_AreFoundByContentAndByLook()
    {
        Write("a.png", SmallSets.Png(1));
        Write("copy of a.png", SmallSets.Png(1));
        Write("b.png", SmallSets.Png(2));
        Write("b again.jpg", SmallSets.Jpeg(2));
        Write("c.png", SmallSets.Png(3));

        FolderSurvey survey = FolderSurvey.Of(Photos, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(["a.png", "copy of a.png"], Assert.Single(survey.Duplicates));
        Assert.Equal(["b again.jpg", "b.png"], Assert.Single(survey.LookAlikes));
    }

    [Fact]
    public void Since_AfterChanges_NamesThem()
    {
        TestPhotos.Write(Photos, 5);
        string manifest = _temp["manifest.json"];
        FolderSurvey.Of(Photos, cancellation: TestContext.Current.CancellationToken).Save(manifest);
        Assert.True(Since(manifest).IsIntact);

        File.Delete(Path.Combine(Photos, "001.png"));
        Write("002.png", SmallSets.Png(77));
        Write("new.png", SmallSets.Png(78));

        SurveyChanges changes = Since(manifest);
        Assert.Equal(
            ("002.png", "001.png", "new.png"), (Assert.Single(changes.Changed), Assert.Single(changes.Gone), Assert.Single(changes.New)));
        Assert.False(changes.IsIntact);
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("null")]
    [InlineData("{\"version\":9,\"images\":[],\"broken\":[]}")]
    [InlineData("{\"version\":1}")]
    public void Load_NoManifest_NamesTheFile(string text)
    {
        TestPhotos.Write(Photos, 1);
        Assert.Contains("m.json", Assert.Throws<InputException>(() => FolderSurvey.Load(_temp.Write("m.json", text), Photos)).Message);
    }

    [Fact]
    public void Statistics_OfASurvey_HasItsFigures()
    {
        TestPhotos.Write(Photos, 4);
        Write("small.png", ImageCodec.EncodePng(TestPhotos.Make(9, 30, 20)));
        var statistics = new DataStatistics(FolderSurvey.Of(Photos, cancellation: TestContext.Current.CancellationToken));

        string text = statistics.ToText();
        Assert.Contains("20 – 80 – 80 px", text);
        Assert.Contains("PNG 5", text);
        Assert.NotEmpty(statistics.ToPng()!);
        Assert.StartsWith("<div>", statistics.ToHtml());
    }

    private SurveyChanges Since(string manifest) =>
        FolderSurvey.Of(Photos, cancellation: TestContext.Current.CancellationToken).Since(FolderSurvey.Load(manifest, Photos));

    private void Write(string name, byte[] content)
    {
        string path = Path.Combine(Photos, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
