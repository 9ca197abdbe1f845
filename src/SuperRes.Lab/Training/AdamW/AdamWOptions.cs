using System.ComponentModel.DataAnnotations;

namespace SuperRes.Lab.Training;

/// <summary>Adam with decoupled weight decay as fastai runs it; learning rate and momentum come from the schedule.</summary>
public sealed record AdamWOptions
{
    /// <summary>β₂, 0 to 0.999999. Default 0.99.</summary>
    [Range(0, 0.999999)]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>ε in the denominator, 1e-16 to 1. Default 1e-8.</summary>
    [Range(1e-16, 1)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay, 0 to 100. Default 1e-2; the article's recipe uses 1e-3.</summary>
    [Range(0, 100)]
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>
    /// Whether weights shrink by rate × decay before the step (fastai's <c>true_wd</c>) instead of through the gradient. Default true.
    /// </summary>
    public bool Decoupled { get; init; } = true;

    /// <summary>Whether batch norms and biases decay too (fastai's <c>bn_wd</c>). Default true.</summary>
    public bool DecayBatchNorm { get; init; } = true;
}
