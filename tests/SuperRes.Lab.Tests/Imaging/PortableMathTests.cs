using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Imaging;

public sealed class PortableMathTests
{
    [Fact]
    public void Functions_OverTheirRanges_EqualThePlatformsOwn()
    {
        var random = new RandomStream(1, "math");
        for (int i = 0; i < 2000; i++)
        {
            double angle = random.Uniform(-50, 50);
            (double sin, double cos) = PortableMath.SinCos(angle);
            Assert.Equal(Math.Sin(angle), sin, 1e-13);
            Assert.Equal(Math.Cos(angle), cos, 1e-13);
            double x = random.Uniform(-20, 20);
            Assert.Equal(1, PortableMath.Exp(x) / Math.Exp(x), 1e-13);
            double positive = Math.Exp(x * 5);
            Assert.Equal(Math.Log(positive), PortableMath.Log(positive), 1e-12);
        }

        Assert.Equal(1, PortableMath.Exp(0));
        Assert.Equal(0, PortableMath.Log(1));
        Assert.Equal((0.0, 1.0), PortableMath.SinCos(0));
        Assert.Equal(Math.Pow(0.3, 1 / 2.4), PortableMath.Power(0.3, 1 / 2.4), 1e-14);
    }
}
