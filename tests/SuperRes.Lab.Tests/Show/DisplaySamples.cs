using System.Xml.Linq;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Tests.Show;

/// <summary>Values of every kind, and the checks that all of them share.</summary>
internal static class DisplaySamples
{
    public const string Nasty = "a <b> & \"c\" 'd'";

    public static RgbImage Picture(int width = 24, int height = 16, long seed = 1)
    {
        var random = new RandomStream(seed, "display sample");
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)random.NextInt(256);
        }

        return image;
    }

    public static Chart Curves() => new Chart("Finder " + Nasty).WithX("learning rate", log: true).WithY("loss")
        .Line("loss", [1e-5, 1e-4, 1e-3, 1e-2], [3.123456789, 2.5, double.NaN, 1.25])
        .Line("smoothed", [1e-5, 1e-2], [3, 1.5], LineDash.Dash)
        .VerticalLine(1e-4, "steepest").VerticalLine(1e-3, "minimum / 10");

    public static Chart Bars() => new Chart("Bars").WithY("PSNR", "dB", minimum: 20)
        .Bars("DIV2K", ["nearest", "ours"], [26.1, 31.7], [0.5, 0.4]).Bars("Pets", ["nearest", "ours"], [25, 30.5]);

    public static Chart Boxes() => new Chart("Boxes").WithY("PSNR", "dB").Boxes("×2", [("nearest", [1, 2, 3, 4, 50]), ("ours", [5, 6, 7])]);

    public static Chart Schedule() => new Chart("Schedule").WithX("batch").WithY("learning rate").WithRightY("momentum")
        .Line("lr", [1, 2, 3], [1e-4, 1e-3, 1e-5]).Line("momentum", [1, 2, 3], [0.95, 0.85, 0.95], side: YAxisSide.Right);

    public static Chart Scatter() =>
        new Chart("Scatter").WithX("PSNR", "dB").WithY("LPIPS").Scatter("models", [28, 30], [0.3, 0.1], ["bicubic", "ours"]);

    public static Chart Panels() =>
        Chart.Grid("Terms", 2,
        new[] { "pixel", "feat", "gram" }.Select(
        n => new Chart(n).WithX("epoch").WithY("loss").Line("train", [1, 2]).Line("valid", [2, 3])));

    public static IEnumerable<(string Name, Chart Chart)> Charts() =>
        [("curves", Curves()), ("bars", Bars()), ("boxes", Boxes()), ("schedule", Schedule()), ("scatter", Scatter()), ("panels", Panels()),
            ("empty", new Chart())];

    public static IEnumerable<(string Name, IDisplayable Value)> All() => Charts().Select(c => (c.Name, (IDisplayable)c.Chart)).Concat([
        ("picture", new Picture(Picture(), Nasty, 2)),
        ("grid",
            new PictureGrid([Nasty, "b"],
            [new PictureRow(Nasty, [new(Picture(), Nasty), Picture()]), new PictureRow(null, [Picture(), new(null)])], Nasty)),
        ("insets", new ZoomedInsets([new(Nasty, Picture(), Nasty), new("b", Picture(seed: 2))], [new(2, 2, 6, 4)], caption: Nasty)),
        ("slider", new BeforeAfter(Picture(12, 8), Picture(), Nasty, "after", Nasty)),
        ("heat", DifferenceMap.Signed(Picture(), Picture(seed: 2), Nasty)),
        ("gradient", GradientMap.Of(Picture(), Nasty)),
        ("table", new Table([Nasty, "n"], [[Nasty, 1.5]], Nasty)),
    ]);

    /// <summary>Markup without one root element, or that is not well-formed, fails.</summary>
    public static XElement Parse(string html) => XElement.Parse(html);

    public static RgbImage Decode(byte[]? png)
    {
        Assert.NotNull(png);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png.AsSpan(0, 8).ToArray());
        return ImageCodec.Decode(png, "the value's PNG");
    }

    /// <summary>How many pixels of a part are far from white.</summary>
    public static int Ink(RgbImage image, int x, int y, int width, int height)
    {
        RgbImage part = image.Crop(x, y, width, height);
        return Enumerable.Range(0, width * height)
            .Count(i => part.Pixels[i * 3] + part.Pixels[(i * 3) + 1] + part.Pixels[(i * 3) + 2] < 600);
    }
}
