using System.ComponentModel.DataAnnotations;

namespace SuperRes.Lab.Experiments;

/// <summary>How an experiment trains, beyond what its stages say.</summary>
public sealed record TrainingOptions
{
    /// <summary>Largest norm of all gradients together, above which they are scaled down, 0 to 1e6; 0 for no limit. Default 0.</summary>
    [Range(0, 1e6)]
    public double ClipGradients { get; init; }

    /// <summary>
    /// Share that a moving average of the weights keeps at each step, 0 to 0.99999, such as 0.999; 0 for no average. The average is
    /// validated, and a stage ends with it. Default 0.
    /// </summary>
    [Range(0, 0.99999)]
    public double EmaDecay { get; init; }

    /// <summary>Whether event files hold histograms of all weights and their gradients, one each an epoch. Default false.</summary>
    public bool Histograms { get; init; }
}
