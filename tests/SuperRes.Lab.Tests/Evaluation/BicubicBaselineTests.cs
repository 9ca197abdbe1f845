using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Evaluation;

public sealed class BicubicBaselineTests
{
    [Theory]
    [InlineData("set5", "lr-x2", 2, 33.66, 0.05)]
    [InlineData("set14", "lr-x2", 2, 30.24, 0.1)]
    [InlineData("set5", "lr-x4", 4, 28.42, 0.05)]
    [InlineData("set14", "lr-x4", 4, 26.00, 0.12)]
    public void Bicubic_GivenLowResolution_ReachesTheLiteraturesPsnr(string set, string low, int scale, double expected, double tolerance)
    {
        var options = new EvaluationOptions
        {
            HighResolution = Shared.Require("images", set, "hr"),
            LowResolution = Shared.Require("images", set, low),
            Scale = scale,
            Baselines = [ResampleFilter.Bicubic],
        };
        EvaluationReport report = new Evaluator(options).Run([], cancellation: TestContext.Current.CancellationToken);
        double psnr = report.Models[0].Mean.Baselines["bicubic"].PsnrY!.Value;
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{set} x{scale}: {psnr:0.0000} dB"));
        Assert.Equal(expected, psnr, tolerance);
    }
}
