namespace SuperRes.Lab.Show;

/// <summary>The place of one vertical line's text.</summary>
/// <param name="Mark">The line.</param>
/// <param name="Side">On which side of it, or turned along it.</param>
/// <param name="Row">How many lines of text further down it stands.</param>
internal readonly record struct MarkLabel(VerticalLineMark Mark, MarkLabelSide Side, int Row);

/// <summary>Where a vertical line's text stands.</summary>
internal enum MarkLabelSide
{
    /// <summary>After the line, where what it names begins.</summary>
    Right,

    /// <summary>Before the line, where there is no room after it.</summary>
    Left,

    /// <summary>Along the line, after it.</summary>
    Turned,
}

/// <summary>
/// Places the texts of a panel's vertical lines: after the line where they fit before the next one, else before it; where one fits
/// on neither side, all are turned. So the name of a stage never stands within the stage before it.
/// </summary>
internal static class MarkLabels
{
    private const float Size = 11.5f;
    private const double Gap = 8;

    // Axis labels and margins beside the data.
    private const double Beside = 70;

    // The data's width on a phone, where the texts of one row must still clear each other.
    private const double Narrow = 290;

    /// <summary>Places the texts.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="columns">How many panels stand side by side.</param>
    /// <returns>A place per line that has a text.</returns>
    public static IReadOnlyList<MarkLabel> Of(Chart panel, int columns)
    {
        ChartRange range = ChartRange.OfX(panel);
        double width = Math.Max(1, (panel.Width / (double)columns) - Beside);
        double[] lines = [.. panel.Marks.Select(mark => range.Fraction(mark.X)).Order()];
        VerticalLineMark[] named = [.. panel.Marks.Where(mark => mark.Label.Length > 0)];
        MarkLabelSide?[] sides = [.. named.Select(mark => SideOf(mark, range.Fraction(mark.X), lines, width))];
        if (sides.Contains(null))
        {
            return [.. named.Select(mark => new MarkLabel(mark, MarkLabelSide.Turned, 0))];
        }

        var taken = new List<(double From, double To, int Row)>();
        var result = new List<MarkLabel>();
        for (int i = 0; i < named.Length; i++)
        {
            double at = range.Fraction(named[i].X) * Math.Min(width, Narrow), length = LengthOf(named[i]);
            (double from, double to) = sides[i] == MarkLabelSide.Right ? (at, at + length) : (at - length, at);
            int row = 0;
            while (taken.Any(other => other.Row == row && from < other.To && to > other.From))
            {
                row++;
            }

            taken.Add((from, to, row));
            result.Add(new MarkLabel(named[i], sides[i]!.Value, row));
        }

        return result;
    }

    private static MarkLabelSide? SideOf(VerticalLineMark mark, double at, double[] lines, double width)
    {
        double after = lines.Where(line => line > at).DefaultIfEmpty(1).Min();
        double before = lines.Where(line => line < at).DefaultIfEmpty(0).Max();
        double length = LengthOf(mark);
        return length <= (after - at) * width ? MarkLabelSide.Right : length <= (at - before) * width ? MarkLabelSide.Left : null;
    }

    private static double LengthOf(VerticalLineMark mark) => TextDrawing.Measure(mark.Label, Size) + Gap;
}
