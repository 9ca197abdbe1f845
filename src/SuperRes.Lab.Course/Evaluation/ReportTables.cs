using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>One protocol's part of a report.</summary>
internal sealed class ReportSection(IReadOnlyList<ModelEvaluation> models, EvaluationReport report)
{
    private readonly ModelEvaluation _first = models[0];

    private string Title => _first.Scale == 1 ? $"Restoration, {_first.Protocol.Downscale}" : $"×{_first.Scale}";

    public string Heading => FormattableString.Invariant(
        $"{Title}, {_first.Images.Count} image{(_first.Images.Count == 1 ? "" : "s")}");

    public string Protocol => _first.Protocol.Describe();

    public Table Means => ReportTables.Means(models);

    public Table PerImage => ReportTables.PerImage(models);

    /// <summary>Each model against the reference, and every two models against each other.</summary>
    public IReadOnlyList<string> Comparisons
    {
        get
        {
            // The same names may stand under another protocol of the report.
            EvaluationReport own = report.Models.Count == models.Count ? report : new(models);
            string[] names = [.. models.Select(m => m.Model).OfType<string>()];
            IEnumerable<(string, string)> toReference = _first.Reference is { } reference ? names.Select(n => (n, reference)) : [];
            IEnumerable<(string, string)> pairs = names.SelectMany((a, i) => names.Skip(i + 1).Select(b => (a, b)));
            return
            [
                .. toReference.Concat(pairs).Select(p => own.Compare(p.Item1, p.Item2).Describe(p.Item1, p.Item2, "dB PSNR-Y")),
                .. models.Where(m => m is { Model: not null, ExactImages: > 0 }).Select(
                    m => Exact(m.Model!, m.ExactImages, m.Images.Count)),
                .. _first.Baselines.Select(b => (Name: b, Count: _first.Images.Count(i => i.Baselines[b].PsnrRgb >= Psnr.MostCounted)))
                    .Where(b => b.Count > 0).Select(b => Exact(b.Name, b.Count, _first.Images.Count)),
            ];
        }
    }

    private static string Exact(string name, int count, int all) => $"{name} gives {count} of {all} images exactly; each counts as 100 dB.";
}

/// <summary>Reports as tables and charts.</summary>
internal static class ReportTables
{
    /// <summary>One row per method; a figure that no method has gets no column.</summary>
    public static Table Means(IReadOnlyList<ModelEvaluation> models)
    {
        ModelEvaluation first = models[0];
        Method[] methods =
        [
            .. first.Baselines.Select(
                b => new Method(b, first.Mean.Baselines[b], [.. first.Images.Select(i => i.Baselines[b].PsnrY ?? 0)])),
            .. models.Where(m => m.Model is not null).Select(m => new Method(m.Model!, m.Mean, [.. m.Images.Select(i => i.PsnrY ?? 0)])),
        ];
        QualityMeasure[] shown = [.. QualityMeasure.Of(models).Where(measure => methods.Any(m => measure.Value(m.Mean) is not null))];
        string? gain = first.Reference is null ? null : $"gain over {first.Reference} (dB)";
        double? reference = first.Reference is null ? null : first.Mean.Baselines[first.Reference].PsnrY;
        string[] columns =
            ["method", shown[0].Title, "95 % interval", .. gain is null ? [] : new[] { gain }, .. shown.Skip(1).Select(m => m.Title)];
        var table = new Table(columns, [.. methods.Select(m => (IReadOnlyList<object?>)
        [
            m.Name, shown[0].Value(m.Mean), Interval(m.Psnr), .. gain is null ? [] : new object?[] { Above(m.Mean.PsnrY, reference) },
            .. shown.Skip(1).Select(measure => (object?)measure.Value(m.Mean)),
        ])]);
        table =
            shown.Aggregate(table, (t, m) => t.WithFormat(m.Title, m.Format).WithBest(
            m.Title, m.HigherIsBetter switch { true => BestValue.Highest, false => BestValue.Lowest, null => BestValue.None }));
        return gain is null ? table : table.WithFormat(gain, "+0.00;-0.00;0.00");
    }

    public static Table PerImage(IReadOnlyList<ModelEvaluation> models)
    {
        ModelEvaluation first = models[0];
        ModelEvaluation[] named = [.. models.Where(m => m.Model is not null)];
        string[] columns = [.. first.Baselines, .. named.Select(m => m.Model!)];
        IReadOnlyList<object?>[] rows = [.. first.Images.Select((image, i) => (IReadOnlyList<object?>)
        [
            image.Name, .. first.Baselines.Select(b => (object?)image.Baselines[b].PsnrY), .. named.Select(m => (object?)m.Images[i].PsnrY),
        ])];
        return columns.Aggregate(
            new Table(["image", .. columns], rows, "PSNR-Y (dB)"), (table, column) => table.WithFormat(column, "0.00"));
    }

    /// <summary>One row per image and method, with the names that the JSON has.</summary>
    public static Table Long(IReadOnlyList<ModelEvaluation> models)
    {
        var rows = new List<IReadOnlyList<object?>>();
        IReadOnlyList<QualityMeasure> measures = QualityMeasure.Of(models);
        foreach (IGrouping<(int Scale, MetricProtocol Protocol), ModelEvaluation> group in models.GroupBy(m => (m.Scale, m.Protocol)))
        {
            rows.AddRange(group.First().Images.SelectMany(
                i => i.Baselines.Select(b => Row(group.Key.Scale, group.Key.Protocol, i.Name, b.Key, b.Value))));
            rows.AddRange(group.Where(m => m.Model is not null)
                .SelectMany(m => m.Images.Select(i => Row(group.Key.Scale, group.Key.Protocol, i.Name, m.Model!, i))));
        }

        return new(["scale", "downscale", "color", "shave", "image", "method", .. measures.Select(m => m.Key)], rows);

        IReadOnlyList<object?> Row(int scale, MetricProtocol protocol, string image, string method, QualityFigures figures)
            => [scale, protocol.Downscale, protocol.Color, protocol.Shave, image, method,
                .. measures.Select(m => (object?)m.Value(figures))];
    }

    public static Chart Plot(IReadOnlyList<ModelEvaluation> models)
    {
        ModelEvaluation first = models[0];
        string reference = first.Reference ?? first.Baselines[0];
        Chart chart = new Chart("PSNR-Y of each image").WithX(reference, "dB").WithY("model", "dB");
        double[] across = [.. first.Images.Select(i => i.Baselines[reference].PsnrY ?? double.NaN)];
        chart = chart.Line($"as {reference}", [across.Min(), across.Max()], [across.Min(), across.Max()]);
        return models.Where(m => m.Model is not null).Aggregate(chart, (c, m) => c.Scatter(
            m.Model!, [.. m.Images.Select(i => i.Baselines[reference].PsnrY ?? double.NaN)],
                [.. m.Images.Select(i => i.PsnrY ?? double.NaN)]));
    }

    private static string Interval(double[] psnr)
    {
        MeanInterval interval = Bootstrap.Mean(psnr);
        return FormattableString.Invariant($"{interval.Low:0.00} … {interval.High:0.00}");
    }

    // Two perfect methods differ by nothing, although infinity less infinity is no number.
    private static double? Above(double? own, double? reference) => own is null || reference is null ? null : own == reference ? 0
        : own - reference;

    private sealed record Method(string Name, QualityFigures Mean, double[] Psnr);
}
