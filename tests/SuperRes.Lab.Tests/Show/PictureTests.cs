using System.Xml.Linq;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Show;
using TorchSharp;

namespace SuperRes.Lab.Tests.Show;

public sealed class PictureTests
{
    [Fact]
    public void Html_OfASmallPicture_HoldsItsExactPixels()
    {
        RgbImage image = DisplaySamples.Picture();
        XElement root = DisplaySamples.Parse(new Picture(image, scale: 3).ToHtml());
        XElement shown = root.Descendants("img").Single();
        Assert.Equal("72", (string?)shown.Attribute("width"));
        Assert.Contains("image-rendering:pixelated", (string?)shown.Attribute("style"), StringComparison.Ordinal);
        Assert.Equal(image.Pixels, FromUri((string)shown.Attribute("src")!).Pixels);
        Assert.Equal("checkbox", (string?)root.Descendants("input").Single().Attribute("type"));
    }

    [Fact]
    public void Png_OfAScaledPicture_RepeatsPixels()
    {
        RgbImage image = DisplaySamples.Picture();
        RgbImage shown = DisplaySamples.Decode(new Picture(image, scale: 3).ToPng());
        Assert.Equal((72, 48), (shown.Width, shown.Height));
        Assert.Equal(image.Pixels.AsSpan(0, 3).ToArray(), shown.Crop(2, 2, 1, 1).Pixels);
        Assert.Equal(image.Crop(23, 15, 1, 1).Pixels, shown.Crop(69, 45, 1, 1).Pixels);
    }

    [Fact]
    public void DataUri_OverItsBudget_BecomesAJpeg()
    {
        RgbImage noise = DisplaySamples.Picture(200, 200);
        Assert.StartsWith("data:image/jpeg;base64,", ImageBytes.DataUri(noise, 1000), StringComparison.Ordinal);
        Assert.StartsWith("data:image/png;base64,", ImageBytes.DataUri(noise, 1_000_000), StringComparison.Ordinal);
    }

    [Fact]
    public void Preview_OfALargePhoto_Has256ColoursNearTheOriginal()
    {
        var photo = new RgbImage(400, 400);
        for (int i = 0; i < 400 * 400; i++)
        {
            (photo.Pixels[i * 3], photo.Pixels[(i * 3) + 1], photo.Pixels[(i * 3) + 2]) =
                ((byte)(i % 400 / 2), (byte)(i / 400 / 2), (byte)(i % 97));
        }

        RgbImage shown = DisplaySamples.Decode(ImageEncoder.Indexed(photo.Pixels, 400, 400, dither: 1));
        Assert.InRange(shown.Pixels.Chunk(3).Select(p => (p[0] << 16) | (p[1] << 8) | p[2]).Distinct().Count(), 128, 256);
        Assert.InRange(shown.Pixels.Zip(photo.Pixels, (a, b) => Math.Abs(a - b)).Average(), 0, 16);
    }

    [Fact]
    public void Preview_OfASheetOnWhite_KeepsThePaperWhite()
    {
        RgbImage image = DisplaySamples.Picture(40, 40);
        image.Pixels.AsSpan(0, 40 * 3 * 10).Fill(255);
        RgbImage shown = DisplaySamples.Decode(ImageEncoder.Indexed(image.Pixels, image.Width, image.Height, dither: 1));
        Assert.All(shown.Pixels[..(40 * 3 * 10)], v => Assert.Equal(255, v));
    }

    [Fact]
    public void Grid_WithAShortRow_IsRefused()
    {
        ArgumentException e =
            Assert.Throws<ArgumentException>(() => new PictureGrid(["a", "b"], [new PictureRow("r", [DisplaySamples.Picture()])]));
        Assert.Contains("'r' has 1 pictures; there are 2 column titles", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grid_InHtml_HasTitlesLabelsAndNotes()
    {
        XElement root = DisplaySamples.Parse(DisplaySamples.All().Single(v => v.Name == "grid").Value.ToHtml());
        Assert.Equal([DisplaySamples.Nasty, "b"], root.Descendants("thead").Single().Descendants("th").Skip(1).Select(t => t.Value));
        Assert.Equal(DisplaySamples.Nasty, root.Descendants("tbody").Descendants("th").First().Value);
        Assert.Equal(3, root.Descendants("img").Count());
        Assert.Equal(DisplaySamples.Nasty, root.Descendants("td").First().Elements("div").Single().Value);
    }

    [Fact]
    public void Grid_AsOnePicture_HoldsThePicturesEnlargedAndTheirTitles()
    {
        RgbImage picture = DisplaySamples.Picture(20, 10);
        RgbImage sheet = new PictureGrid(["one", "two"], [new PictureRow(null, [picture, picture])], scale: 2).ToImage();
        Assert.Equal(10 + 40 + 6 + 40 + 10, sheet.Width);
        int top = sheet.Height - 10 - 20;
        Assert.Equal(ImageBytes.Repeat(picture, 2).Pixels, sheet.Crop(10, top, 40, 20).Pixels);
        Assert.Equal(ImageBytes.Repeat(picture, 2).Pixels, sheet.Crop(56, top, 40, 20).Pixels);
        Assert.True(DisplaySamples.Ink(sheet, 10, 0, 40, top - 2) > 20);
    }

    [Fact]
    public void Grid_OfLargePictures_FitsItsWidthAndKeepsEveryPixelWhenAsked()
    {
        RgbImage picture = DisplaySamples.Picture(700, 100);
        var grid = new PictureGrid(["a", "b"], [new PictureRow("r", [picture, picture])]);
        Assert.InRange(grid.ToImage().Width, 900, 960);
        Assert.True(grid.ToImage(null).Width > 1400);
    }

    [Fact]
    public void Insets_OfVersions_ShowTheirParts()
    {
        var insets = new ZoomedInsets([new("a", DisplaySamples.Picture(), "28 dB"), new("b", DisplaySamples.Picture(seed: 2))],
            [new(2, 2, 6, 4), new(10, 8, 6, 4)]);
        XElement root = DisplaySamples.Parse(insets.ToHtml());
        Assert.Equal(5, root.Descendants("img").Count());
        Assert.Equal(DisplaySamples.Picture().Crop(2, 2, 6, 4).Pixels, FromUri(
            (string)root.Descendants("td").First().Descendants("img").Single().Attribute("src")!).Pixels);
        Assert.ThrowsAny<ArgumentException>(() => new ZoomedInsets([new("a", DisplaySamples.Picture())], [new(20, 0, 6, 4)]));
        Assert.Throws<ArgumentException>(
            () => new ZoomedInsets([new("a", DisplaySamples.Picture()), new("b", DisplaySamples.Picture(10, 10))], [new(0, 0, 2, 2)]));
    }

    [Fact]
    public void Slider_InHtml_MovesWithoutAScriptFile()
    {
        XElement root = DisplaySamples.Parse(new BeforeAfter(DisplaySamples.Picture(12, 8), DisplaySamples.Picture()).ToHtml());
        XElement input = root.Descendants("input").Single();
        Assert.Equal("range", (string?)input.Attribute("type"));
        Assert.Contains("--at", (string?)input.Attribute("oninput"), StringComparison.Ordinal);
        Assert.Empty(root.Descendants("script"));
        Assert.Equal(2, root.Descendants("img").Count());
    }

    [Fact]
    public void Difference_OfPictures_IsTheMeanOverColours()
    {
        var a = new RgbImage(2, 1, [10, 20, 30, 0, 0, 0]);
        var b = new RgbImage(2, 1, [13, 14, 30, 0, 0, 9]);
        HeatMap absolute = DifferenceMap.Absolute(a, b);
        Assert.Equal([3f, 3f], [absolute[0, 0], absolute[1, 0]]);
        HeatMap signed = DifferenceMap.Signed(a, b, maximum: 3);
        Assert.Equal([1f, -3f], [signed[0, 0], signed[1, 0]]);
        Assert.Equal((-3, 3), (signed.Minimum, signed.Maximum));
        Assert.Throws<ArgumentException>(() => DifferenceMap.Absolute(a, DisplaySamples.Picture()));
    }

    [Fact]
    public void Gradient_OfARamp_IsItsSlope()
    {
        var ramp = new RgbImage(8, 8);
        for (int i = 0; i < 64; i++)
        {
            ramp.Pixels.AsSpan(i * 3, 3).Fill((byte)(i % 8 * 10));
        }

        HeatMap gradient = GradientMap.Of(ramp);
        Assert.Equal(10, gradient[4, 4], 3);
        Assert.Equal(5, gradient[0, 4], 3);
    }

    [Fact]
    public void HeatMap_OfATensor_HasItsRangeAndColours()
    {
        using torch.Tensor plane = torch.arange(6, dtype: torch.ScalarType.Float32).reshape(1, 2, 3);
        HeatMap map = HeatMap.Of(plane);
        Assert.Equal((3, 2, 0.0, 5.0), (map.Width, map.Height, map.Minimum, map.Maximum));
        RgbImage colors = map.ToImage();
        Assert.Equal([0x44, 0x01, 0x54], colors.Pixels[..3]);
        Assert.Equal([0xFD, 0xE7, 0x25], colors.Pixels[^3..]);
        using torch.Tensor batch = torch.zeros(2, 2, 3);
        Assert.Throws<ArgumentException>(() => HeatMap.Of(batch));
    }

    [Theory]
    [InlineData(-1, 0x44, 0x01, 0x54)]
    [InlineData(0.5, 0x21, 0x91, 0x8C)]
    [InlineData(2, 0xFD, 0xE7, 0x25)]
    [InlineData(double.NaN, 128, 128, 128)]
    public void Viridis_AtItsKnots_HasTheirColours(double value, byte r, byte g, byte b) =>
        Assert.Equal((r, g, b), ColorMap.Viridis.At(value));

    private static RgbImage FromUri(string uri) =>
        ImageCodec.Decode(Convert.FromBase64String(uri[(uri.IndexOf(',', StringComparison.Ordinal) + 1)..]), "the page's picture");
}
