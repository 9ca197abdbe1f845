using System.Globalization;
using SuperRes.Lab.Display;
using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Evaluation;

/// <summary>One protocol's part of a report.</summary>
internal sealed class ReportSection(IReadOnlyList<ModelEvaluation> models, EvaluationReport report)
{
    private readonly ModelEvaluation _first = models[0];

    public string Heading => FormattableString.Invariant(
        $"{(_first.Scale == 1 ? $"Restoration, {_first.Protocol.Downscale}" : $"×{_first.Scale}")}, {_first.Images.Count} image{(_first.Images.Count == 1 ? "" : "s")}");

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
            return [.. toReference.Concat(pairs).Select(p => own.Compare(p.Item1, p.Item2).Describe(p.Item1, p.Item2, "dB PSNR-Y"))];
        }
    }
}

/// <summary>Reports as tables and charts.</summary>
internal static class ReportTables
{
    private const string PsnrY = "PSNR-Y (dB)", SsimY = "SSIM-Y", PsnrRgb = "PSNR-RGB (dB)", SsimRgb = "SSIM-RGB", Lpips = "LPIPS", Time = "time per image (s)";

    public static Table Means(IReadOnlyList<ModelEvaluation> models)
    {
        ModelEvaluation first = models[0];
        string gain = $"gain over {first.Reference ?? "none"} (dB)";
        double? reference = first.Reference is null ? null : first.Mean.Baselines[first.Reference].PsnrY;
        var rows = new List<IReadOnlyList<object?>>();
        foreach (string baseline in first.Baselines)
        {
            rows.Add(Row(baseline, first.Mean.Baselines[baseline], [.. first.Images.Select(i => i.Baselines[baseline].PsnrY ?? 0)]));
        }

        foreach (ModelEvaluation model in models.Where(m => m.Model is not null))
        {
            rows.Add(Row(model.Model!, model.Mean, [.. model.Images.Select(i => i.PsnrY ?? 0)]));
        }

        return new Table(["method", PsnrY, "95 % interval", gain, SsimY, PsnrRgb, SsimRgb, Lpips, Time], rows)
            .WithFormat(PsnrY, "0.00").WithFormat(gain, "+0.00;-0.00;0.00").WithFormat(SsimY, "0.0000")
            .WithFormat(PsnrRgb, "0.00").WithFormat(SsimRgb, "0.0000").WithFormat(Lpips, "0.0000").WithFormat(Time, "0.000")
            .WithBest(PsnrY, BestValue.Highest).WithBest(SsimY, BestValue.Highest).WithBest(PsnrRgb, BestValue.Highest)
            .WithBest(SsimRgb, BestValue.Highest).WithBest(Lpips, BestValue.Lowest);

        IReadOnlyList<object?> Row(string name, QualityFigures mean, double[] psnr)
        {
            MeanInterval interval = Bootstrap.Mean(psnr);
            string range = string.Create(CultureInfo.InvariantCulture, $"{interval.Low:0.00} … {interval.High:0.00}");
            double? above = mean.PsnrY is null || reference is null ? null : mean.PsnrY == reference ? 0 : mean.PsnrY - reference;
            return [name, mean.PsnrY, range, above, mean.SsimY, mean.PsnrRgb, mean.SsimRgb, mean.Lpips, mean.Seconds];
        }
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
        return columns.Aggregate(new Table(["image", .. columns], rows, "PSNR-Y (dB)"), (table, column) => table.WithFormat(column, "0.00"));
    }

    public static Table Long(IReadOnlyList<ModelEvaluation> models)
    {
        var rows = new List<IReadOnlyList<object?>>();
        foreach (IGrouping<(int Scale, MetricProtocol Protocol), ModelEvaluation> group in models.GroupBy(m => (m.Scale, m.Protocol)))
        {
            foreach (ImageFigures image in group.First().Images)
            {
                rows.AddRange(image.Baselines.Select(b => Row(group.Key.Protocol, image.Name, b.Key, b.Value)));
            }

            rows.AddRange(group.Where(m => m.Model is not null).SelectMany(m => m.Images.Select(i => Row(group.Key.Protocol, i.Name, m.Model!, i))));
        }

        return new(["downscale", "color", "shave", "image", "method", "psnr_y", "ssim_y", "psnr_rgb", "ssim_rgb", "lpips", "seconds"], rows);

        static IReadOnlyList<object?> Row(MetricProtocol protocol, string image, string method, QualityFigures f)
            => [protocol.Downscale, protocol.Color, protocol.Shave, image, method, f.PsnrY, f.SsimY, f.PsnrRgb, f.SsimRgb, f.Lpips, f.Seconds];
    }

    public static Chart Plot(IReadOnlyList<ModelEvaluation> models)
    {
        ModelEvaluation first = models[0];
        string reference = first.Reference ?? first.Baselines[0];
        Chart chart = new Chart("PSNR-Y of each image").WithX(reference, "dB").WithY("model", "dB");
        double[] across = [.. first.Images.Select(i => i.Baselines[reference].PsnrY ?? double.NaN)];
        chart = chart.Line($"as {reference}", [across.Min(), across.Max()], [across.Min(), across.Max()]);
        return models.Where(m => m.Model is not null).Aggregate(chart, (c, m) => c.Scatter(
            m.Model!, [.. m.Images.Select(i => i.Baselines[reference].PsnrY ?? double.NaN)], [.. m.Images.Select(i => i.PsnrY ?? double.NaN)]));
    }
}
