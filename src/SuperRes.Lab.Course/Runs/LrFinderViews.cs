using SuperRes.Lab.Show;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Course;

/// <summary>The LR finder's curve.</summary>
public static class LrFinderViews
{
    /// <summary>The plot to read by eye, with both suggestions marked.</summary>
    /// <param name="result">What the finder saw.</param>
    /// <returns>Loss over learning rate, on a logarithmic axis.</returns>
    public static Chart Plot(this LrFinderResult result)
    {
        int from = Math.Min(LrFinderResult.SkipStart, result.Rates.Count), to = Math.Max(from, result.Rates.Count - LrFinderResult.SkipEnd);
        Chart chart = new Chart("LR finder")
            .WithX("learning rate", log: true)
            .WithY("smoothed loss")
            .Line("loss", [.. result.Rates.Skip(from).Take(to - from)], [.. result.Losses.Skip(from).Take(to - from)]);
        if (result.SteepestRate is { } steepest)
        {
            chart = chart.VerticalLine(steepest, $"steepest {steepest:0.0e-0}");
        }

        return result.MinimumRateOverTen is { } minimum ? chart.VerticalLine(minimum, $"minimum/10 {minimum:0.0e-0}") : chart;
    }
}
