namespace SuperRes.Lab.Training;

/// <summary>How a learner trains.</summary>
public sealed record LearnerOptions
{
    /// <summary>The optimizer. Default: decoupled AdamW with β₂ 0.99 and a weight decay of 1e-3, the article's.</summary>
    public AdamWOptions Optimizer { get; init; } = new() { WeightDecay = 1e-3 };

    /// <summary>Largest norm of all gradients together, above which they are scaled down; 0 for no limit. Default 0.</summary>
    public double ClipGradients { get; init; }

    /// <summary>
    /// Batches whose gradients make one step together, 1 or more: n batches of b pairs step as one of n·b would, but for batch norms, which see b. What
    /// is left at an epoch's end makes a step of its own. Default 1.
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>
    /// Share that the average of the weights keeps at each step, such as 0.999; 0 for no average. The average is what is validated, and what a fit ends
    /// with. Default 0.
    /// </summary>
    public double EmaDecay { get; init; }

    /// <summary>Epochs without a better validation loss after which a fit ends; 0 for never. Default 0.</summary>
    public int EarlyStop { get; init; }

    /// <summary>
    /// How much a pixel counts in the pixel loss that the damage changed by more than a quarter of the range, 0 to 1: below 1 a network that fills holes is
    /// more careful with what lies beside them. Default 1.
    /// </summary>
    public double StruckWeight { get; init; } = 1;
}
