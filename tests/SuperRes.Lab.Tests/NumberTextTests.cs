using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Tests;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData("25", 25)]
    [InlineData(" 2.5 ", 2.5)]
    [InlineData("-1e-3", -0.001)]
    public void TryReal_OfANumber_GivesIt(string text, double expected)
    {
        Assert.True(NumberText.TryReal(text, out double value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("2,5")]
    [InlineData("1,000")]
    [InlineData("Infinity")]
    [InlineData("∞")]
    [InlineData("1e999")]
    [InlineData("NaN")]
    [InlineData("(5)")]
    [InlineData("0x10")]
    [InlineData("")]
    public void TryReal_OfWhatIsTypedOtherwise_IsRefused(string text) => Assert.False(NumberText.TryReal(text, out _));

    [Theory]
    [InlineData("slice(1,5e-4)")] // 1.5e-4, with a comma
    [InlineData("1,000")]
    [InlineData("Infinity")]
    public void LearningRate_TypedWithACommaOrEndless_IsRefused(string text) => Assert.False(LrSlice.TryParse(text, out _));

    [Fact]
    public void LearningRate_OfTheArticlesFallingSlice_IsTaken()
    {
        Assert.True(LrSlice.TryParse("slice(3e-3,1e-3)", out LrSlice slice));
        Assert.Equal((3e-3, 1e-3), (slice.Start, slice.Stop));
    }

    [Theory]
    [InlineData("noise2,5")]
    [InlineData("noiseInfinity")]
    [InlineData("noise300")]
    [InlineData("jpeg1,0")]
    public void Degradation_WithSuchANumber_IsRefused(string name) => Assert.Throws<InputException>(() => Degradation.Parse(name));
}
