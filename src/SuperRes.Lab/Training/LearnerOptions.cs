namespace SuperRes.Lab.Training;

/// <summary>How a learner trains.</summary>
public sealed record LearnerOptions
{
    /// <summary>The optimizer. Default: decoupled AdamW with β₂ 0.99 and a weight decay of 1e-3, the article's.</summary>
    public AdamWOptions Optimizer { get; init; } = new() { WeightDecay = 1e-3 };

    /// <summary>Largest norm of all gradients together, above which they are scaled down; 0 for no limit. Default 0.</summary>
    public double ClipGradients { get; init; }
}
