namespace SuperRes.Lab.Show;

/// <summary>Which value of a column is set in bold.</summary>
public enum BestValue
{
    /// <summary>None.</summary>
    None,

    /// <summary>The largest, as of PSNR.</summary>
    Highest,

    /// <summary>The smallest, as of a loss.</summary>
    Lowest,
}
