using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>Charts of a report that compare methods.</summary>
public static class ReportCharts
{
    /// <summary>PSNR of luma, a box a method over all images: the spread that a mean hides.</summary>
    /// <param name="report">The report; its first protocol counts.</param>
    /// <returns>The chart.</returns>
    public static Chart PlotBoxes(this EvaluationReport report)
    {
        ModelEvaluation[] models = First(report);
        IEnumerable<(string, IEnumerable<double>)> boxes = Methods(models)
            .Select(method => (method.Name, method.Figures.Select(f => f.PsnrY ?? double.NaN)));
        return new Chart("PSNR-Y over all images").WithX("method").WithY("PSNR-Y", "dB").WithoutLegend().Boxes("PSNR-Y", boxes);
    }

    /// <summary>
    /// Fidelity against perception, a point a method: PSNR of luma across, LPIPS up (lower is better). No method can have the best of both
    /// (Blau and Michaeli 2018).
    /// </summary>
    /// <param name="report">The report; its first protocol counts.</param>
    /// <returns>The chart.</returns>
    /// <exception cref="InputException">LPIPS was not measured.</exception>
    public static Chart PlotPerception(this EvaluationReport report)
    {
        (string Name, double Psnr, double? Lpips)[] points =
        [
            .. Methods(First(report))
                .Select(method => (method.Name, method.Figures.Average(f => f.PsnrY ?? double.NaN), method.Figures.Average(f => f.Lpips))),
        ];
        if (points.Any(point => point.Lpips is null))
        {
            throw new InputException("LPIPS was not measured; fetch its weights (superres weights list names them) and give the "
                + "evaluation an Lpips.");
        }

        Chart chart = new Chart("Fidelity and perception").WithX("PSNR-Y, higher is better", "dB").WithY("LPIPS, lower is better")
            .WithoutLegend();
        return chart.Scatter("methods", points.Select(p => p.Psnr), points.Select(p => p.Lpips!.Value), points.Select(p => p.Name));
    }

    private static ModelEvaluation[] First(EvaluationReport report) =>
        [.. report.Models.Where(model => model.Protocol == report.Models[0].Protocol && model.Scale == report.Models[0].Scale)];

    private static IEnumerable<(string Name, IReadOnlyList<QualityFigures> Figures)> Methods(ModelEvaluation[] models) =>
    [
        .. models[0].Baselines.Select(
            name => (name, (IReadOnlyList<QualityFigures>)[.. models[0].Images.Select(image => image.Baselines[name])])),
        .. models.Where(model => model.Model is not null).Select(model => (model.Model!, (IReadOnlyList<QualityFigures>)[.. model.Images])),
    ];
}
