using System.Security.Cryptography;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Imaging;

public sealed class TextPainterTests
{
    [Fact]
    public void Font_HasEverySignOfAscii_EachWithAShapeOfItsOwn()
    {
        var shapes = new Dictionary<string, char>();
        for (char sign = ' '; sign <= '~'; sign++)
        {
            Assert.True(StrokeFont.Has(sign), $"'{sign}' is missing");
            var image = new RgbImage(32, 32);
            TextPainter.Draw(image, sign.ToString(), 4, 2, 24, RgbColor.White);
            Assert.Equal(sign == ' ', image.Pixels.All(value => value == 0));
            Assert.True(shapes.TryAdd(Convert.ToHexString(MD5.HashData(image.Pixels)), sign), $"'{sign}' looks like another sign");
        }

        Assert.All("©®°€£×→★♥•", sign => Assert.True(StrokeFont.Has(sign)));
        Assert.False(StrokeFont.Has('й'));
    }

    [Fact]
    public void Draw_StaysWithinTheMeasuredBox_AndTouchesItsSides()
    {
        foreach (string text in new[] { "Hxgp", "WATERMARK 2024", "[one]\n{two, three}" })
        {
            (double width, double height) = TextPainter.Measure(text, 30);
            var image = new RgbImage(400, 120);
            TextPainter.Draw(image, text, 20, 10, 30, RgbColor.White);
            (int left, int top, int right, int bottom) = Box(image);
            Assert.InRange(left, 19, 22);
            Assert.InRange(top, 6, 12);
            Assert.InRange(right, 20 + width - 4, 20 + width + 1);
            Assert.InRange(bottom, 10 + height - 10, 10 + height + 1);
        }
    }

    [Fact]
    public void Draw_OfTheSame_IsBitForBitTheSameForEver()
    {
        var image = new RgbImage(220, 60);
        TextPainter.Draw(image, "Sample © 42\nLine, two!", 6, 8, 18, new RgbColor(250, 200, 100), 0.8, angle: 7, weight: 1.3);
        Assert.Equal("7f6a17acb57ab5c723a2b1a1e73cd2f6", Convert.ToHexStringLower(MD5.HashData(image.Pixels)));
    }

    [Fact]
    public void Draw_WithOpacity_LaysCrossingStrokesOnOnce()
    {
        var image = new RgbImage(80, 80);
        TextPainter.Draw(image, "X#@", 2, 10, 36, RgbColor.White, 0.5);
        Assert.Equal(128, image.Pixels.Max());
    }

    [Fact]
    public void Draw_Turned_TurnsAroundTheCorner()
    {
        var upright = new RgbImage(100, 100);
        var turned = new RgbImage(100, 100);
        TextPainter.Draw(upright, "Turn", 10, 20, 24, RgbColor.White);
        TextPainter.Draw(turned, "Turn", 80, 10, 24, RgbColor.White, angle: 90);

        // A quarter turn clockwise takes the point (10 + a, 20 + b) to (80 − b, 10 + a).
        int compared = 0;
        for (int y = 20; y < 50; y++)
        {
            for (int x = 10; x < 90; x++)
            {
                byte expected = upright.Pixels[((y * 100) + x) * 3];
                byte actual = turned.Pixels[(((10 + x - 10) * 100) + (79 - (y - 20))) * 3];
                Assert.InRange(actual - expected, -1, 1);
                compared += expected > 0 ? 1 : 0;
            }
        }

        Assert.True(compared > 200);
    }

    [Fact]
    public void Measure_GrowsWithSizeSignsAndLines()
    {
        (double width, double height) = TextPainter.Measure("abc", 20);
        Assert.True(TextPainter.Measure("abcd", 20).Width > width);
        Assert.Equal(width * 2, TextPainter.Measure("abc", 40).Width, 9);
        Assert.Equal(height + 24, TextPainter.Measure("abc\nd", 20).Height, 9);
        Assert.Equal(0, TextPainter.Measure("", 20, weight: 0).Width);
    }

    private static (int Left, int Top, int Right, int Bottom) Box(RgbImage image)
    {
        var lit = Enumerable.Range(0, image.Width * image.Height).Where(i => image.Pixels[i * 3] > 30).ToList();
        return (lit.Min(i => i % image.Width), lit.Min(i => i / image.Width), lit.Max(i => i % image.Width) + 1, lit.Max(i => i / image.Width) + 1);
    }
}
