namespace SuperRes.Lab.Show;

/// <summary>Which vertical axis a series is measured on.</summary>
public enum YAxisSide
{
    /// <summary>The axis on the left (default).</summary>
    Left,

    /// <summary>The second axis on the right.</summary>
    Right,
}

/// <summary>One axis of a <see cref="Chart"/>.</summary>
public sealed record ChartAxis
{
    /// <summary>What is measured; default none.</summary>
    public string Label { get; init; } = "";

    /// <summary>Its unit, written in brackets behind the label; default none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Whether the axis is logarithmic (base 10); default false.</summary>
    public bool Log { get; init; }

    /// <summary>The smallest value shown; default: from the data.</summary>
    public double? Minimum { get; init; }

    /// <summary>The largest value shown; default: from the data.</summary>
    public double? Maximum { get; init; }

    /// <summary>Label and unit.</summary>
    internal string Title => Unit.Length == 0 ? Label : Label.Length == 0 ? Unit : $"{Label} ({Unit})";
}
