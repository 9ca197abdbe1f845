namespace SuperRes.Lab.Training;

/// <summary>How far a fit is: with weights and optimizer, all that it takes to resume it.</summary>
public sealed class FitProgress
{
    /// <summary>Epochs that are complete.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches of the epoch under way that steps were made with.</summary>
    public int Batch { get; set; }

    /// <summary>Steps that were made.</summary>
    public int Step { get; set; }

    /// <summary>Seconds that the epoch under way has taken.</summary>
    public double Seconds { get; set; }

    /// <summary>The smoothed training loss.</summary>
    public LossSmoother Smoother { get; } = new();

    /// <summary>Counts an epoch, and makes its row of what its validation gave.</summary>
    internal EpochRecord EndEpoch(EpochRecord validation, double rate)
    {
        EpochRecord epoch = validation with { Epoch = Epoch, Rate = rate, TrainLoss = Smoother.Value, Seconds = Seconds };
        (Epoch, Batch, Seconds) = (Epoch + 1, 0, 0);
        return epoch;
    }
}
