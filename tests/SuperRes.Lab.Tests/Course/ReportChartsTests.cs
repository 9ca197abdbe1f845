using SuperRes.Lab.Course;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Tests.Course;

public sealed class ReportChartsTests
{
    [Fact]
    public void PlotBoxes_OfAReport_HasABoxPerMethod()
    {
        string text = Report(lpips: null).PlotBoxes().ToText();
        Assert.Contains("bicubic 2 values, 28 to 30", text, StringComparison.Ordinal);
        Assert.Contains("mine 2 values, 29 to 31", text, StringComparison.Ordinal);
    }

    [Fact]
    public void PlotPerception_WithoutLpips_SaysWhatIsMissing() =>
        Assert.Contains("LPIPS was not measured", Assert.Throws<InputException>(() => Report(lpips: null).PlotPerception()).Message,
            StringComparison.Ordinal);

    [Fact]
    public void PlotPerception_WithLpips_HasAPointPerMethod()
    {
        string text = Report(lpips: 0.25).PlotPerception().ToText();
        Assert.Contains("2 values, 0.25 to 0.25", text, StringComparison.Ordinal);
    }

    private static EvaluationReport Report(double? lpips)
    {
        ImageFigures Image(string name, double bicubic) => new(new QualityFigures { PsnrY = bicubic + 1, Lpips = lpips })
        {
            Name = name,
            Baselines = new Dictionary<string,
                QualityFigures>(StringComparer.Ordinal) { ["bicubic"] = new() { PsnrY = bicubic, Lpips = lpips } },
        };
        return new([ModelEvaluation.Of(2, MetricProtocol.SuperResolution(2), "mine", [Image("a", 28), Image("b", 30)])]);
    }
}
