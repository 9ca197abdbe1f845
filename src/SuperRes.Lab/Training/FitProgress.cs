namespace SuperRes.Lab.Training;

/// <summary>How far a fit is.</summary>
public sealed class FitProgress
{
    /// <summary>Epochs that are complete.</summary>
    public int Epoch { get; set; }

    /// <summary>Steps that were made.</summary>
    public int Step { get; set; }

    /// <summary>The smoothed training loss.</summary>
    public LossSmoother Smoother { get; } = new();
}
