using System.ComponentModel.DataAnnotations;

namespace SuperRes.Lab.Experiments;

/// <summary>
/// When the full state of a training is saved. It is after each epoch, too, and when a training is interrupted. These options don't change
/// results, so a run may be resumed with others.
/// </summary>
public sealed record CheckpointOptions
{
    /// <summary>Minutes between two states within an epoch, 0 to 100,000; 0 for none. Default 5.</summary>
    [Range(0, 100_000)]
    public double EveryMinutes { get; init; } = 5;

    /// <summary>Steps between two states within an epoch, 0 to 1,000,000,000; 0 for none. Default 0.</summary>
    [Range(0, 1_000_000_000)]
    public int EverySteps { get; init; }

    /// <summary>How many states are kept, 2 to 1,000. Default 2: the newest, and the one before it in case the newest is damaged.</summary>
    [Range(2, 1000)]
    public int Keep { get; init; } = 2;
}
