using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Metrics;

public sealed class MetricsTests
{
    [Fact]
    public void Psnr_OneLevelEverywhere_Is48Decibel()
        => Assert.Equal(20 * Math.Log10(255), Psnr.Rgb(FormulaImages.Flat(12, 12, 100), FormulaImages.Flat(12, 12, 101)), 1e-12);

    [Fact]
    public void Psnr_PicturesOfOtherSizes_AreRefused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Psnr.Y(new RgbImage(4, 4), new RgbImage(4, 5)));
        Assert.Contains("4×4", error.Message);
        Assert.Contains("4×5", error.Message);
    }

    [Fact]
    public void Psnr_BorderThatLeavesNothing_IsRefused()
        => Assert.Throws<ArgumentException>(() => Psnr.Rgb(new RgbImage(8, 8), new RgbImage(8, 8), shave: 4));

    [Fact]
    public void Ssim_PictureBelowTheWindow_IsRefused()
        => Assert.Throws<ArgumentException>(() => Ssim.Y(new RgbImage(10, 20), new RgbImage(10, 20)));

    [Fact]
    public void Batches_OfTwoImages_GiveEachImagesFigures()
    {
        RgbImage target = FormulaImages.A(40, 24), prediction = FormulaImages.B(40, 24, 12);
        using var scope = NewDisposeScope();
        Tensor targets = cat([target.ToTensor(), target.ToTensor()]), predictions = cat([prediction.ToTensor(), target.ToTensor()]);
        Assert.Equal(Psnr.Rgb(prediction, target), Psnr.Rgb(predictions, targets)[0], 1e-9);
        Assert.Equal(double.PositiveInfinity, Psnr.Rgb(predictions, targets)[1]);
        Assert.Equal(Ssim.Rgb(prediction, target), Ssim.Rgb(predictions, targets)[0], 1e-12);
        Assert.Equal(1, Ssim.Rgb(predictions, targets)[1], 1e-12);
    }

    [Fact]
    public void MsSsim_GrowingDamage_Falls()
    {
        RgbImage target = FormulaImages.A(192, 180);
        Assert.Equal(1, MsSsim.Y(target, target), 1e-12);
        double little = MsSsim.Y(FormulaImages.B(192, 180, 6), target), much = MsSsim.Y(FormulaImages.B(192, 180, 60), target);
        Assert.InRange(little, 0.99, 0.99999);
        Assert.InRange(much, 0, little - 0.01);
    }

    [Fact]
    public void MsSsim_FlatPictures_IsTheLuminanceTermToItsExponent()
    {
        // Without structure every contrast factor is 1, so the luminance at the last scale is all that is left.
        double a = (16 + (219 * 100 / 255.0)), b = (16 + (219 * 140 / 255.0)), c = 6.5025;
        double expected = Math.Pow(((2 * a * b) + c) / ((a * a) + (b * b) + c), 0.1333);
        Assert.Equal(expected, MsSsim.Y(FormulaImages.Flat(176, 176, 100), FormulaImages.Flat(176, 176, 140)), 1e-9);
    }

    [Fact]
    public void MsSsim_SmallPicture_IsRefused()
        => Assert.Throws<ArgumentException>(() => MsSsim.Y(new RgbImage(176, 175), new RgbImage(176, 175)));

    [Fact]
    public void GradientSimilarity_StepAgainstFlat_IsTheFormulasValue()
    {
        // A 4×4 picture is halved to 2×2: [[l, h], [l, h]] against zeros... of black, whose luma is 16 and whose outside is 0.
        RgbImage step = FormulaImages.Make(4, 4, (_, x, _) => x < 2 ? 0 : 255), black = new(4, 4);
        double low = 16, high = 235;
        double[] g1 = [Squared(2 * high, low + high), Squared(2 * low, low + high)];
        double g2 = Squared(2 * low, 2 * low);
        double[] s = [.. g1.Select(g => ((2 * Math.Sqrt(g * g2)) + 170) / (g + g2 + 170))];
        (double mean, double deviation) = GradientMagnitudeSimilarity.Y(step, black);
        Assert.Equal((s[0] + s[1]) / 2, mean, 1e-12);
        Assert.Equal(Math.Abs(s[0] - s[1]) / 2 * Math.Sqrt(4.0 / 3), deviation, 1e-12);

        static double Squared(double across, double down) => ((across * across) + (down * down)) / 9;
    }

    [Fact]
    public void GradientSimilarity_EqualPictures_AreOneAndZero()
    {
        (double mean, double deviation) = GradientMagnitudeSimilarity.Y(FormulaImages.A(33, 47), FormulaImages.A(33, 47));
        Assert.Equal(1, mean, 1e-12);
        Assert.Equal(0, deviation, 1e-12);
    }

    [Fact]
    public void Protocol_Described_NamesDownscaleColourAndBorder()
    {
        string sentence = MetricProtocol.SuperResolution(2).Describe();
        Assert.Contains("bicubic", sentence);
        Assert.Contains("BT.601", sentence);
        Assert.Contains("border of 2 px", sentence);
        Assert.Contains("as given", MetricProtocol.SuperResolution(4, givenLowResolution: true).Describe());
        Assert.Contains("jpeg quality 10", MetricProtocol.Restoration("jpeg quality 10").ToString());
    }
}
