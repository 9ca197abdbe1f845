namespace SuperRes.Lab.Training;

/// <summary>The step under way, as callbacks see and steer it.</summary>
public sealed class TrainingStep
{
    private readonly float[] _terms;

    internal TrainingStep(int? number, IReadOnlyList<double> rates, double momentum, int batches, int terms) =>
        (Number, Rates, Momentum, Batches, _terms) = (number, rates, momentum, batches, new float[terms]);

    /// <summary>The step of a fit that a schedule has for a number.</summary>
    internal static TrainingStep Of(int number, ISchedule schedule, int batches, int terms) =>
        new(number, schedule.RatesAt(number), schedule.MomentumAt(number), batches, terms);

    /// <summary>Number within its fit, from 0; null for a step that is made outside of a fit.</summary>
    public int? Number { get; }

    /// <summary>The learning rate of each layer group.</summary>
    public IReadOnlyList<double> Rates { get; }

    /// <summary>β₁.</summary>
    public double Momentum { get; }

    /// <summary>Batches whose gradients make the step together.</summary>
    public int Batches { get; }

    /// <summary>The batch under way, whose memory is used again afterwards; null where there is none.</summary>
    public TrainingPair? Batch { get; internal set; }

    /// <summary>The loss, the mean over the batches so far.</summary>
    public double Loss { get; private set; }

    /// <summary>The terms of the loss, in the order of the loss's term names.</summary>
    public IReadOnlyList<float> Terms => _terms;

    /// <summary>The norm of all gradients together, before they are clipped; null where it was not measured.</summary>
    public double? GradientNorm { get; set; }

    /// <summary>Whether a callback has left out the step.</summary>
    public bool IsSkipped { get; private set; }

    /// <summary>Whether the optimizer has made it.</summary>
    internal bool IsMade { get; set; }

    /// <summary>Whether a batch has gone through the backward pass.</summary>
    internal bool HasGradients { get; private set; }

    /// <summary>Whether a callback has left out the batch under way.</summary>
    internal bool IsBatchSkipped { get; set; }

    /// <summary>
    /// Leaves out the batch under way, when it begins or when its loss is known: it adds no gradients and no loss, and those of the step's
    /// other batches keep their share. A step without any batch is left out.
    /// </summary>
    public void SkipBatch() => IsBatchSkipped = true;

    /// <summary>
    /// Leaves out the whole step, up to <see cref="LearnerCallback.OnStepBegin"/>: the optimizer does nothing, the schedule advances,
    /// nothing is recorded.
    /// </summary>
    public void Skip() => IsSkipped = true;

    /// <summary>Adds a batch that has gone through the backward pass.</summary>
    internal void Add(BatchLoss loss)
    {
        double share = 1.0 / Batches;
        Loss += loss.Total / Batches;
        for (int i = 0; i < _terms.Length; i++)
        {
            _terms[i] += (float)share * loss.Terms[i];
        }

        HasGradients = true;
    }
}
