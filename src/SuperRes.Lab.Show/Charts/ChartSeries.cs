namespace SuperRes.Lab.Show;

/// <summary>How a line is drawn.</summary>
public enum LineDash
{
    /// <summary>Without gaps.</summary>
    Solid,

    /// <summary>Dashes.</summary>
    Dash,

    /// <summary>Dots.</summary>
    Dot,
}

/// <summary>Data of a <see cref="Chart"/> under one name in the legend.</summary>
/// <param name="Name">The legend's entry; empty for none.</param>
/// <param name="Side">The vertical axis that it is measured on.</param>
/// <param name="Color">Index into the palette; null takes the next colour of the panel.</param>
internal abstract record ChartSeries(string Name, YAxisSide Side, int? Color);

/// <summary>Points joined by a line.</summary>
internal sealed record LineSeries(
    string Name, double[] X, double[] Y, LineDash Dash, bool Markers, YAxisSide Side, int? Color) : ChartSeries(Name, Side, Color);

/// <summary>Single points, each with an optional label that is shown beside it.</summary>
internal sealed record ScatterSeries(string Name, double[] X, double[] Y, string[]? Labels, YAxisSide Side, int? Color) : ChartSeries(
    Name, Side, Color);

/// <summary>Bars over categories, with optional half-lengths of error bars.</summary>
internal sealed record BarSeries(string Name, string[] Categories, double[] Values, double[]? Errors, int? Color) : ChartSeries(
    Name, YAxisSide.Left, Color);

/// <summary>Box plots over categories: median, quartiles, whiskers to the last value within 1.5 interquartile ranges, outliers as
/// points.</summary>
internal sealed record BoxSeries(string Name, string[] Categories, double[][] Samples, int? Color) : ChartSeries(
    Name, YAxisSide.Left, Color);

/// <summary>A vertical line over the whole height of a <see cref="Chart"/>, with its label at the upper end.</summary>
internal sealed record VerticalLineMark(string Label, double X);
