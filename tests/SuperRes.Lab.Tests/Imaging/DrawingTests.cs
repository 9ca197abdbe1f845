using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Imaging;

public sealed class DrawingTests
{
    [Fact]
    public void FillRectangle_BetweenPixels_CoversByArea()
    {
        var image = new RgbImage(6, 5);
        Drawing.FillRectangle(image, 1.5, 1, 2.25, 2.5, new RgbColor(200, 100, 40));
        byte[] expected =
        [
            0, 0, 0, 0, 0, 0,
            0, 100, 200, 150, 0, 0,
            0, 100, 200, 150, 0, 0,
            0, 50, 100, 75, 0, 0,
            0, 0, 0, 0, 0, 0,
        ];
        Assert.Equal(expected, Red(image));
        Assert.Equal((100, 40), (image.Pixels[(8 * 3) + 1], image.Pixels[(8 * 3) + 2]));
    }

    [Fact]
    public void FillRectangle_WithOpacity_MixesWithWhatIsThere()
    {
        RgbImage image = Filled(3, 3, 200);
        Drawing.FillRectangle(image, 0, 0, 3, 3, RgbColor.Black, 0.25);
        Assert.All(image.Pixels, value => Assert.Equal(150, value));
    }

    [Theory]
    [InlineData(-20, -20, 100, 100)]
    [InlineData(-1e6, -1e6, 2e6, 2e6)]
    public void FillRectangle_AroundThePicture_FillsAll(double x, double y, double width, double height)
    {
        var image = new RgbImage(7, 9);
        Drawing.FillRectangle(image, x, y, width, height, RgbColor.White);
        Assert.All(image.Pixels, value => Assert.Equal(255, value));
    }

    [Fact]
    public void Shapes_Outside_LeaveThePictureAlone()
    {
        RgbImage image = EncodedImages.Sample(8, 8);
        byte[] before = (byte[])image.Pixels.Clone();
        Drawing.FillRectangle(image, 20, 1, 5, 5, RgbColor.White);
        Drawing.FillCircle(image, -30, -30, 10, RgbColor.White);
        Drawing.DrawLine(image, -5, -5, 30, -5, 3, RgbColor.White);
        Drawing.FillPolygon(image, [], RgbColor.White);
        Drawing.FillPolygon(image, [(2, 2), (5, 5)], RgbColor.White);
        Drawing.FillRectangle(image, 2, 2, 3, 3, RgbColor.White, 0);
        TextPainter.Draw(image, "far", 100, 100, 10, RgbColor.White);
        TextPainter.Draw(image, "", 0, 0, 10, RgbColor.White);
        Assert.Equal(before, image.Pixels);
    }

    [Theory]
    [InlineData(20, 20, 12)]
    [InlineData(20.3, 19.6, 5.5)]
    [InlineData(18, 21, 1.2)]
    public void FillCircle_CoversItsArea(double x, double y, double radius)
    {
        var image = new RgbImage(40, 40);
        Drawing.FillCircle(image, x, y, radius, RgbColor.White);
        double area = Red(image).Sum(value => value / 255.0);
        Assert.Equal(Math.PI * radius * radius, area, 0.01 * Math.PI * radius * radius + 0.1);
        double mean = Red(image).Select((value, i) => value * ((i % 40) + 0.5)).Sum() / Red(image).Sum(value => (double)value);
        Assert.Equal(x, mean, 0.02);
    }

    [Fact]
    public void FillEllipse_Turned_CoversItsAreaAlongItsAxis()
    {
        var image = new RgbImage(60, 60);
        Drawing.FillEllipse(image, 30, 30, 20, 5, 45, RgbColor.White);
        Assert.Equal(Math.PI * 100, Red(image).Sum(value => value / 255.0), 3.0);
        Assert.True(image.Pixels[((40 * 60) + 40) * 3] == 255 && image.Pixels[((20 * 60) + 40) * 3] == 0);
    }

    [Fact]
    public void FillPolygon_CutByTheBorder_CoversThePartInside()
    {
        // A triangle whose left half lies outside.
        var image = new RgbImage(10, 20);
        Drawing.FillPolygon(image, [(-8, 2), (8, 2), (0, 18)], RgbColor.White);
        Assert.Equal(8 * 16 / 2.0, Red(image).Sum(value => value / 255.0), 0.3);
        var right = new RgbImage(10, 20);
        Drawing.FillPolygon(right, [(2, 2), (18, 2), (10, 18)], RgbColor.White);
        Assert.Equal(8 * 16 / 2.0, Red(right).Sum(value => value / 255.0), 0.3);
    }

    [Fact]
    public void FillPolygon_WindingTwice_FillsOnce()
    {
        RgbImage image = Filled(10, 10, 0);
        Drawing.FillPolygon(image, [(1, 1), (9, 1), (9, 9), (1, 9), (1, 1), (9, 1), (9, 9), (1, 9)], new RgbColor(100, 0, 0), 0.5);
        Assert.Equal(50, image.Pixels[((5 * 10) + 5) * 3]);
    }

    [Fact]
    public void DrawLine_OfThickness_CoversLengthTimesThickness()
    {
        var image = new RgbImage(60, 60);
        Drawing.DrawLine(image, 10, 15, 50, 45, 4, RgbColor.White);
        Assert.Equal((50 * 4) + (Math.PI * 4), Red(image).Sum(value => value / 255.0), 4.0);
        var hair = new RgbImage(60, 60);
        Drawing.DrawLine(hair, 10, 30.5, 50, 30.5, 0.25, RgbColor.White);
        Assert.InRange(hair.Pixels[((30 * 60) + 30) * 3], 62, 65);
    }

    [Fact]
    public void DrawPolyline_WhereLinesMeet_LaysTheColourOnOnce()
    {
        RgbImage image = Filled(30, 30, 0);
        Drawing.DrawPolyline(image, [(5, 5), (25, 5), (25, 25)], 6, RgbColor.White, 0.5, closed: true);
        Assert.Equal(128, Red(image).Max());
        Assert.Equal(128, image.Pixels[((5 * 30) + 25) * 3]);
        Assert.Equal(128, image.Pixels[((15 * 30) + 15) * 3]);
        var dot = new RgbImage(9, 9);
        Drawing.DrawPolyline(dot, [(4.5, 4.5)], 3, RgbColor.White);
        Assert.Equal(255, dot.Pixels[((4 * 9) + 4) * 3]);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Shapes_WithImpossibleOpacity_AreRefused(double opacity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Drawing.FillCircle(new RgbImage(9, 9), 4, 4, 3, RgbColor.White, opacity));

    internal static byte[] Red(RgbImage image) => [.. image.Pixels.Where((_, i) => i % 3 == 0)];

    private static RgbImage Filled(int width, int height, byte value)
    {
        var image = new RgbImage(width, height);
        image.Pixels.AsSpan().Fill(value);
        return image;
    }
}
