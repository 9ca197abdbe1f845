namespace SuperRes.Lab.Degradations;

/// <summary>What making one pair needs, kept by one thread from pair to pair.</summary>
public sealed class DegradationWorkspace
{
    internal DegradationWorkspace()
    {
    }

    /// <summary>Coverage of what is painted over the picture; it has the picture's size and is empty when a degradation begins.</summary>
    public PaintMask Mask { get; } = new();

    /// <summary>The crop after geometry and lighting.</summary>
    internal Canvas Target { get; } = new();

    /// <summary>The degraded crop.</summary>
    internal Canvas Input { get; } = new();

    /// <summary>The degraded crop without its marks.</summary>
    internal Canvas Unmarked { get; } = new();

    /// <summary>The crop at low resolution.</summary>
    internal Canvas Small { get; } = new();

    /// <summary>Between the two passes of a separable filter.</summary>
    internal Canvas Between { get; } = new();
}
