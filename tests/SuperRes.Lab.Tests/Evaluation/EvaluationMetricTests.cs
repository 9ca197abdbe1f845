#pragma warning disable xUnit1051 // Pictures of a few pixels: there is nothing to cancel.
using SuperRes.Lab.Course;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Tests.Metrics;

namespace SuperRes.Lab.Tests.Evaluation;

/// <summary>Metrics of one's own in evaluations.</summary>
public sealed class EvaluationMetricTests
{
    [Fact]
    public void Run_RegisteredMetric_IsMeasuredWithoutTheBorderAndKept()
    {
        using var folder = new TempFolder();
        ImageCodec.Write(FormulaImages.A(32, 36), folder["hr/a.png"]);
        ImageCodec.Write(FormulaImages.Flat(32, 32, 9), folder["hr/b.png"]);
        MetricRegistry.Register("squared", (prediction, target) => (prediction - target).square().mean().item<float>());
        MetricRegistry.Register("width", (prediction, _) => prediction.shape[3]);
        var bicubic = new EvaluatedModel("mine", x => Resampler.Resize(x, 2 * x.Width, 2 * x.Height, ResampleFilter.Bicubic));

        var options = new EvaluationOptions { HighResolution = folder["hr"], Metrics = ["squared", "width"] };
        EvaluationReport report = new Evaluator(options).Run([bicubic]);

        ImageFigures image = report.Models[0].Images[0];
        Assert.Equal(image.PsnrRgb!.Value, -10 * Math.Log10(image.Metrics!["squared"]!.Value), 1e-3);
        Assert.Equal(32 - 4, image.Metrics["width"]);
        Assert.Equal(image.Metrics["squared"], image.Baselines["bicubic"].Metrics!["squared"]);
        Assert.Equal(
            report.Models[0].Images.Average(one => one.Metrics!["squared"]!.Value), report.Models[0].Mean.Metrics!["squared"]!.Value,
            1e-12);
        EvaluationReport read = EvaluationReport.Parse(report.ToJson(), "test");
        Assert.Equal(image.Metrics["squared"], read.Models[0].Images[0].Metrics!["squared"]);
        Assert.Contains("squared", report.ToText(), StringComparison.Ordinal);
        Assert.Contains(",squared,width", report.ToCsv().Split('\n')[0].TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(report.ToCsv(), read.ToCsv());
    }

    [Fact]
    public void Create_MetricThatNobodyRegistered_IsRefused()
    {
        using var folder = new TempFolder();
        ImageCodec.Write(FormulaImages.A(32, 32), folder["hr/a.png"]);
        var options = new EvaluationOptions { HighResolution = folder["hr"], Metrics = ["nothing"] };
        Assert.Contains("there is no metric \"nothing\"", Assert.Throws<InputException>(() => new Evaluator(options)).Message,
            StringComparison.Ordinal);
    }
}
