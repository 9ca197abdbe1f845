using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Imaging;

public sealed class StrokeFontTests
{
    [Fact]
    public void For_EverySignOfAscii_HasAShapeOfItsOwn()
    {
        string[] shapes = [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(sign => Shape((char)sign))];
        Assert.Equal(shapes.Length, shapes.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("", shapes[0]);
        Assert.All("©®°€£×→★♥•", sign => Assert.NotEqual(Shape('\uFFFD'), Shape(sign)));
        Assert.Equal(Shape('\uFFFD'), Shape('й'));
    }

    private static string Shape(char sign) => string.Join(";", StrokeFont.For(sign).Strokes.Select(stroke => string.Join(" ", stroke)));
}
