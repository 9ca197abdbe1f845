using System.Collections.Immutable;
using System.Globalization;

namespace SuperRes.Lab.Show;

/// <summary>
/// A chart as an immutable description: each method returns a new chart with something added. Notebooks and pages show it as a static
/// picture that becomes interactive where plotly.js can be loaded. Points that are not finite (and, on a logarithmic axis, not positive)
/// are gaps.
/// </summary>
/// <example><code>
/// new Chart("Learning rate finder").WithX("learning rate", log: true).WithY("loss")
///     .Line("loss", rates, losses).VerticalLine(rate, "steepest slope")
/// </code></example>
[TypeFormatterSource(TypeFormatterSourceAttribute.Displayable)]
public sealed class Chart : IDisplayable
{
    private byte[]? _png;

    /// <summary>Creates an empty chart.</summary>
    /// <param name="title">The line above it; empty for none.</param>
    public Chart(string title = "")
    {
        Title = title;
    }

    private Chart(Chart from)
    {
        (Title, X, Y, Right, Series, Marks) = (from.Title, from.X, from.Y, from.Right, from.Series, from.Marks);
        (Panels, Columns, Legend, Width, Height) = (from.Panels, from.Columns, from.Legend, from.Width, from.Height);
    }

    /// <summary>The line above the chart.</summary>
    public string Title { get; private init; }

    /// <summary>The horizontal axis.</summary>
    public ChartAxis X { get; private init; } = new();

    /// <summary>The vertical axis on the left.</summary>
    public ChartAxis Y { get; private init; } = new();

    /// <summary>The second vertical axis on the right, or null where there is none.</summary>
    public ChartAxis? Right { get; private init; }

    /// <summary>Width in logical pixels; default 760.</summary>
    public int Width { get; private init; } = 760;

    /// <summary>Height in logical pixels; default 420, with panels 300 per row.</summary>
    public int Height { get; private init; } = 420;

    /// <summary>Whether names are explained; default true (shown where there are two names or more).</summary>
    public bool Legend { get; private init; } = true;

    /// <summary>The panels of a chart made by <see cref="Grid"/>; else empty.</summary>
    public IReadOnlyList<Chart> Panels { get; private init; } = [];

    /// <summary>How many panels stand side by side.</summary>
    public int Columns { get; private init; } = 1;

    /// <summary>The data, in drawing order.</summary>
    internal ImmutableArray<ChartSeries> Series { get; private init; } = [];

    /// <summary>What is pointed out.</summary>
    internal ImmutableArray<VerticalLineMark> Marks { get; private init; } = [];

    /// <summary>Whether the horizontal axis has categories in place of numbers.</summary>
    internal bool IsCategorical => Series.Any(s => s is BarSeries or BoxSeries);

    /// <summary>The categories in order of appearance.</summary>
    internal IReadOnlyList<string> Categories =>
        Series.SelectMany(s => s switch { BarSeries bars => bars.Categories, BoxSeries boxes => boxes.Categories, _ => [] })
            .Distinct(StringComparer.Ordinal).ToArray();

    /// <summary>The panels, or the chart itself where there are none.</summary>
    internal IReadOnlyList<Chart> AllPanels => Panels.Count == 0 ? [this] : Panels;

    /// <summary>Several charts as panels of one.</summary>
    /// <param name="title">The line above all.</param>
    /// <param name="columns">How many stand side by side.</param>
    /// <param name="panels">The charts, row by row.</param>
    /// <returns>The chart of panels; data can't be added to it.</returns>
    /// <exception cref="ArgumentException">There is no panel, or a panel has panels itself.</exception>
    public static Chart Grid(string title, int columns, params IEnumerable<Chart> panels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Chart[] all = panels.ToArray();
        if (all.Length == 0 || all.Any(p => p.Panels.Count > 0))
        {
            throw new ArgumentException("A grid takes one or more charts that are no grids themselves.", nameof(panels));
        }

        columns = Math.Min(columns, all.Length);
        int rows = (all.Length + columns - 1) / columns;
        return new Chart(title) { Panels = all, Columns = columns, Height = 300 * rows };
    }

    /// <summary>Names the horizontal axis.</summary>
    /// <param name="label">What is measured.</param>
    /// <param name="unit">Its unit; default none.</param>
    /// <param name="log">Whether it is logarithmic; default false.</param>
    /// <param name="minimum">Smallest value shown; default from the data.</param>
    /// <param name="maximum">Largest value shown; default from the data.</param>
    /// <returns>A new chart.</returns>
    public Chart WithX(string label, string unit = "", bool log = false, double? minimum = null, double? maximum = null) =>
        new(Single()) { X = new ChartAxis { Label = label, Unit = unit, Log = log, Minimum = minimum, Maximum = maximum } };

    /// <summary>Names the vertical axis.</summary>
    /// <param name="label">What is measured.</param>
    /// <param name="unit">Its unit; default none.</param>
    /// <param name="log">Whether it is logarithmic; default false.</param>
    /// <param name="minimum">Smallest value shown; default from the data.</param>
    /// <param name="maximum">Largest value shown; default from the data.</param>
    /// <returns>A new chart.</returns>
    public Chart WithY(string label, string unit = "", bool log = false, double? minimum = null, double? maximum = null) =>
        new(Single()) { Y = new ChartAxis { Label = label, Unit = unit, Log = log, Minimum = minimum, Maximum = maximum } };

    /// <summary>Adds a second vertical axis, on the right.</summary>
    /// <param name="label">What is measured.</param>
    /// <param name="unit">Its unit; default none.</param>
    /// <param name="log">Whether it is logarithmic; default false.</param>
    /// <param name="minimum">Smallest value shown; default from the data.</param>
    /// <param name="maximum">Largest value shown; default from the data.</param>
    /// <returns>A new chart.</returns>
    public Chart WithRightY(string label, string unit = "", bool log = false, double? minimum = null, double? maximum = null) =>
        new(Single()) { Right = new ChartAxis { Label = label, Unit = unit, Log = log, Minimum = minimum, Maximum = maximum } };

    /// <summary>Leaves the legend out.</summary>
    /// <returns>A new chart.</returns>
    public Chart WithoutLegend() => new(this) { Legend = false };

    /// <summary>Adds points joined by a line.</summary>
    /// <param name="name">The legend's entry.</param>
    /// <param name="x">Horizontal values.</param>
    /// <param name="y">Vertical values, as many.</param>
    /// <param name="dash">How the line is drawn; default solid.</param>
    /// <param name="markers">Whether each point has a dot; default false.</param>
    /// <param name="side">The vertical axis; default left.</param>
    /// <param name="color">Index into the palette; default the next colour.</param>
    /// <returns>A new chart.</returns>
    /// <exception cref="ArgumentException">The two have different lengths.</exception>
    public Chart Line(string name, IEnumerable<double> x, IEnumerable<double> y, LineDash dash = LineDash.Solid, bool markers = false,
        YAxisSide side = YAxisSide.Left, int? color = null)
    {
        (double[] xs, double[] ys) = Pair(name, x, y);
        return With(new LineSeries(name, xs, ys, dash, markers, side, color));
    }

    /// <summary>Adds values over 1, 2, 3, … joined by a line.</summary>
    /// <param name="name">The legend's entry.</param>
    /// <param name="y">Vertical values.</param>
    /// <param name="side">The vertical axis; default left.</param>
    /// <returns>A new chart.</returns>
    public Chart Line(string name, IEnumerable<double> y, YAxisSide side = YAxisSide.Left)
    {
        double[] values = y.ToArray();
        return Line(name, Enumerable.Range(1, values.Length).Select(i => (double)i), values, side: side);
    }

    /// <summary>Adds single points.</summary>
    /// <param name="name">The legend's entry.</param>
    /// <param name="x">Horizontal values.</param>
    /// <param name="y">Vertical values, as many.</param>
    /// <param name="labels">A text per point, shown beside it; default none.</param>
    /// <param name="side">The vertical axis; default left.</param>
    /// <param name="color">Index into the palette; default the next colour.</param>
    /// <returns>A new chart.</returns>
    /// <exception cref="ArgumentException">They have different lengths.</exception>
    public Chart Scatter(string name, IEnumerable<double> x, IEnumerable<double> y, IEnumerable<string>? labels = null,
        YAxisSide side = YAxisSide.Left, int? color = null)
    {
        (double[] xs, double[] ys) = Pair(name, x, y);
        string[]? texts = labels?.ToArray();
        RequireSame(name, xs.Length, texts?.Length ?? xs.Length, "labels");
        return With(new ScatterSeries(name, xs, ys, texts, side, color));
    }

    /// <summary>Adds bars; several sets of bars stand side by side within each category.</summary>
    /// <param name="name">The legend's entry.</param>
    /// <param name="categories">What each bar stands for.</param>
    /// <param name="values">The heights, as many.</param>
    /// <param name="errors">Half-lengths of error bars, as many; default none.</param>
    /// <param name="color">Index into the palette; default the next colour.</param>
    /// <returns>A new chart.</returns>
    /// <exception cref="ArgumentException">They have different lengths.</exception>
    public Chart Bars(
        string name, IEnumerable<string> categories, IEnumerable<double> values, IEnumerable<double>? errors = null, int? color = null)
    {
        (string[] texts, double[] heights, double[]? halves) = (categories.ToArray(), values.ToArray(), errors?.ToArray());
        RequireSame(name, texts.Length, heights.Length, "values");
        RequireSame(name, texts.Length, halves?.Length ?? texts.Length, "errors");
        return With(new BarSeries(name, texts, heights, halves, color));
    }

    /// <summary>Adds box plots: median, quartiles, whiskers to the last value within 1.5 interquartile ranges, outliers as
    /// points.</summary>
    /// <param name="name">The legend's entry.</param>
    /// <param name="groups">A category and its values, per box.</param>
    /// <param name="color">Index into the palette; default the next colour.</param>
    /// <returns>A new chart.</returns>
    public Chart Boxes(string name, IEnumerable<(string Category, IEnumerable<double> Values)> groups, int? color = null)
    {
        (string Category, IEnumerable<double> Values)[] all = groups.ToArray();
        return With(new BoxSeries(
            name, all.Select(g => g.Category).ToArray(), all.Select(g => g.Values.Where(double.IsFinite).ToArray()).ToArray(), color));
    }

    /// <summary>Draws a vertical line.</summary>
    /// <param name="x">Where.</param>
    /// <param name="label">The text at its upper end; default none.</param>
    /// <returns>A new chart.</returns>
    public Chart VerticalLine(double x, string label = "") => With(new VerticalLineMark(label, x));

    /// <inheritdoc/>
    public string ToHtml() => ChartHtml.Render(this);

    /// <inheritdoc/>
    public byte[]? ToPng() => _png ??= ChartPicture.Render(this);

    /// <inheritdoc/>
    public string ToText() => ChartText.Render(this);

    private static (double[] X, double[] Y) Pair(string name, IEnumerable<double> x, IEnumerable<double> y)
    {
        (double[] xs, double[] ys) = (x.ToArray(), y.ToArray());
        RequireSame(name, xs.Length, ys.Length, "y values");
        return (xs, ys);
    }

    private static void RequireSame(string name, int expected, int found, string what)
    {
        if (expected != found)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"'{name}' has {found} {what}; {expected} were expected."));
        }
    }

    private Chart With(ChartSeries series)
    {
        Chart with = new(Single()) { Series = Series.Add(series) };
        if (with.IsCategorical && with.Series.Any(s => s is LineSeries or ScatterSeries))
        {
            throw new InvalidOperationException($"'{series.Name}' can't be added: bars and boxes stand over categories, lines and points "
                + $"over numbers.");
        }

        return with;
    }

    private Chart With(VerticalLineMark mark) => new(Single()) { Marks = Marks.Add(mark) };

    private Chart Single() => Panels.Count == 0
        ? this
        : throw new InvalidOperationException("A chart of panels takes no data or axes itself: add them to a panel before making the "
            + "grid.");
}
