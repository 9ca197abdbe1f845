using System.Globalization;
using System.Text;

namespace SuperRes.Lab.Display;

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

/// <summary>Rows and columns of values, shown as HTML, Markdown, aligned text or CSV. Units belong into the column titles.</summary>
[TypeFormatterSource(typeof(DisplayableFormatterSource))]
public sealed class Table : IDisplayable
{
    private readonly string?[] _formats;
    private readonly BestValue[] _best;

    /// <summary>Creates the value.</summary>
    /// <param name="columns">One title per column, with its unit: "PSNR (dB)".</param>
    /// <param name="rows">The rows, each with one value per column; null is shown as an empty place.</param>
    /// <param name="caption">A line above the table.</param>
    /// <exception cref="ArgumentException">A row has another number of values than there are columns.</exception>
    public Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object?>> rows, string? caption = null)
        : this(columns, rows, caption, new string?[columns.Count], new BestValue[columns.Count])
    {
    }

    private Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object?>> rows, string? caption, string?[] formats, BestValue[] best)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Count != columns.Count)
            {
                throw new ArgumentException($"Row {i} has {rows[i].Count} values; there are {columns.Count} columns.", nameof(rows));
            }
        }

        (Columns, Rows, Caption, _formats, _best) = (columns.ToArray(), rows.Select(r => (IReadOnlyList<object?>)r.ToArray()).ToArray(), caption, formats, best);
    }

    /// <summary>The column titles.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The values.</summary>
    public IReadOnlyList<IReadOnlyList<object?>> Rows { get; }

    /// <summary>The line above the table, or null.</summary>
    public string? Caption { get; }

    /// <summary>Makes a table from any values.</summary>
    /// <typeparam name="T">A row's type.</typeparam>
    /// <param name="items">One per row.</param>
    /// <param name="columns">A title and the value it shows, per column.</param>
    /// <returns>The table.</returns>
    public static Table Of<T>(IEnumerable<T> items, params (string Title, Func<T, object?> Value)[] columns) =>
        new(columns.Select(c => c.Title).ToArray(), items.Select(item => (IReadOnlyList<object?>)columns.Select(c => c.Value(item)).ToArray()).ToArray());

    /// <summary>The same table with a number format for one column.</summary>
    /// <param name="column">The column's title.</param>
    /// <param name="format">A .NET format string, such as "0.00" or "0.0e0".</param>
    /// <returns>A new table.</returns>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public Table WithFormat(string column, string format)
    {
        string?[] formats = [.. _formats];
        formats[IndexOf(column)] = format;
        return new Table(Columns, Rows, Caption, formats, _best);
    }

    /// <summary>The same table with the best value of one column in bold.</summary>
    /// <param name="column">The column's title.</param>
    /// <param name="best">Which value is best.</param>
    /// <returns>A new table.</returns>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public Table WithBest(string column, BestValue best)
    {
        BestValue[] all = [.. _best];
        all[IndexOf(column)] = best;
        return new Table(Columns, Rows, Caption, _formats, all);
    }

    /// <inheritdoc/>
    public string ToHtml()
    {
        var html = new StringBuilder("<table class=\"srl-table\">");
        html.Append("<tr>").AppendJoin("", Columns.Select(c => $"<th>{Markup.Escape(c)}</th>")).Append("</tr>");
        foreach (IReadOnlyList<object?> row in Rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select((v, i) => $"<td>{Markup.Escape(Text(v, i))}</td>")).Append("</tr>");
        }

        return html.Append("</table>").ToString();
    }

    /// <inheritdoc/>
    public byte[]? ToPng() => null;

    /// <inheritdoc/>
    public string ToText() => string.Join('\n', Rows.Prepend(Columns).Select((r, k) => string.Join("  ", r.Select((v, i) => k == 0 ? v : Text(v, i)))));

    /// <summary>The table in GitHub's Markdown.</summary>
    /// <returns>Text of several lines.</returns>
    public string ToMarkdown() => ToText();

    /// <summary>The table as comma-separated values (RFC 4180), numbers in full precision.</summary>
    /// <returns>Text of several lines.</returns>
    public string ToCsv() => ToText();

    private string Text(object? value, int column) => value switch
    {
        null => "",
        IFormattable number => number.ToString(_formats[column], CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private int IndexOf(string column)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i], column, StringComparison.Ordinal))
            {
                return i;
            }
        }

        throw new ArgumentException($"There is no column '{column}'; the columns are {string.Join(", ", Columns)}.", nameof(column));
    }
}
