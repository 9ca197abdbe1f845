namespace SuperRes.Lab.Training;

/// <summary>How a learner trains: the optimizer, and which of the library's callbacks it begins with.</summary>
public sealed record LearnerOptions
{
    /// <summary>The optimizer. Default: decoupled AdamW with β₂ 0.99 and a weight decay of 1e-3, the article's.</summary>
    public AdamWOptions Optimizer { get; init; } = new() { WeightDecay = 1e-3 };

    /// <summary>
    /// Largest norm of all gradients together, above which they are scaled down (<see cref="GradientClipping"/>); 0 for no limit. Default
    /// 0.
    /// </summary>
    public double ClipGradients { get; init; }

    /// <summary>
    /// Batches whose gradients make one step together, 1 or more: n batches of b pairs step as one of n·b would, but for batch norms, which
    /// see b. What is left at an epoch's end makes a step of its own. Default 1.
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>
    /// Share that the average of the weights keeps at each step, such as 0.999 (<see cref="WeightAveraging"/>); 0 for no average. The
    /// average is what is validated, and what a fit ends with. Default 0.
    /// </summary>
    public double EmaDecay { get; init; }

    /// <summary>
    /// Epochs without a better validation loss after which a fit ends (<see cref="EarlyStopping"/>); 0: never. Default 0.
    /// </summary>
    public int EarlyStop { get; init; }

    /// <summary>Metrics of the validation pairs, by name (<see cref="Metrics.MetricRegistry"/>). Default: none.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];

    /// <summary>The callbacks that do what is asked for, in their order.</summary>
    internal IEnumerable<LearnerCallback> CreateCallbacks()
    {
        yield return new Recorder();
        yield return new EpochTimer();
        yield return new GradientClipping(ClipGradients);
        yield return new DivergenceGuard();
        if (EmaDecay > 0)
        {
            yield return new WeightAveraging(EmaDecay);
        }

        if (EarlyStop > 0)
        {
            yield return new EarlyStopping(EarlyStop);
        }
    }
}
