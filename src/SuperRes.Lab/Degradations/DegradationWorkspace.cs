namespace SuperRes.Lab.Degradations;

/// <summary>The canvases that making one pair needs, kept by one thread from pair to pair.</summary>
internal sealed class DegradationWorkspace
{
    /// <summary>The crop after geometry and lighting.</summary>
    public Canvas Target { get; } = new();

    /// <summary>The damaged crop.</summary>
    public Canvas Input { get; } = new();

    /// <summary>The crop at low resolution.</summary>
    public Canvas Small { get; } = new();

    /// <summary>Coverage of what is painted over the input.</summary>
    public PaintMask Mask { get; } = new();

    /// <summary>Planes and tables of JPEG compression.</summary>
    public JpegRoundTrip Jpeg { get; } = new();

    /// <summary>Between the two passes of a separable filter.</summary>
    public Canvas Between { get; } = new();
}
