namespace SuperRes.Lab.Degradations;

/// <summary>
/// Where a degradation stands in the order, which is that of a photo's life: a print wears, is marked and photographed, loses resolution,
/// and is stored. Degradations of the same place follow each other as the library lists them, then as others' names are sorted.
/// </summary>
public enum DegradationPlace
{
    /// <summary>First, at full resolution: what the print itself suffered.</summary>
    Print,

    /// <summary>
    /// What is laid over it, at full resolution; at the very end on the images that <see cref="DegradationOptions.MarkedLast"/> draws.
    /// </summary>
    Marks,

    /// <summary>Last at full resolution, before the loss of it: the lens.</summary>
    Lens,

    /// <summary>At the low resolution: the sensor's noise.</summary>
    Noise,

    /// <summary>Last at the low resolution: lossy compression.</summary>
    Compression,
}
