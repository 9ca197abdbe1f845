namespace SuperRes.Lab.Training;

/// <summary>Adam with decoupled weight decay as fastai runs it; learning rate and momentum come from the schedule.</summary>
public sealed record AdamWOptions
{
    /// <summary>β₂. Default 0.99.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>ε in the denominator. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay, 0 or more. Default 1e-2; the article's recipe uses 1e-3.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Whether weights shrink by rate × decay before the step (fastai's <c>true_wd</c>) instead of through the gradient. Default true.</summary>
    public bool Decoupled { get; init; } = true;

    /// <summary>Whether batch norms and biases decay too (fastai's <c>bn_wd</c>). Default true.</summary>
    public bool DecayBatchNorm { get; init; } = true;
}
