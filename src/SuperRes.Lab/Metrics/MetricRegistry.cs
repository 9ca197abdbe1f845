using static TorchSharp.torch;

namespace SuperRes.Lab.Metrics;

/// <summary>
/// Metrics of one's own by the names that stand in an experiment's "metrics": measured over the held-out pairs after each epoch, beside
/// PSNR and SSIM, and kept in metrics.csv; an evaluation measures those that it is given names of.
/// </summary>
public static class MetricRegistry
{
    private static readonly Registry<Func<Tensor, Tensor, double>> _metrics = new("metric");

    /// <summary>All names, sorted.</summary>
    public static IReadOnlyList<string> Names => _metrics.Names;

    /// <summary>Adds a metric. An earlier one of that name is replaced, so that a notebook's cell can run again.</summary>
    /// <param name="name">Its name in experiment files, and its column in metrics.csv.</param>
    /// <param name="measure">
    /// The mean over a batch: given prediction and target, N×3×H×W in 0–1 on the CPU. Called within a dispose scope.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static void Register(string name, Func<Tensor, Tensor, double> measure) => _metrics.Register(name, measure);

    /// <summary>Looks a name up.</summary>
    /// <exception cref="InputException">There is none.</exception>
    internal static Func<Tensor, Tensor, double> Get(string name, string where) => _metrics.Get(name, where);
}
