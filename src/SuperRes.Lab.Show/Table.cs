using System.Globalization;
using System.Text;

namespace SuperRes.Lab.Show;

/// <summary>Rows and columns of values, shown as HTML, Markdown, aligned text or CSV. Units belong into the column titles.</summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Displayable, HasPicture = false)]
public sealed class Table : IDisplayable
{
    // Characters of a value that is never broken over lines.
    private const int LongestWhole = 16;

    private readonly string?[] _formats;
    private readonly BestValue[] _best;
    private readonly TableCells _cells;

    /// <summary>Creates the value.</summary>
    /// <param name="columns">One title per column, with its unit: "PSNR (dB)".</param>
    /// <param name="rows">The rows, each with one value per column; null is shown as an empty place.</param>
    /// <param name="caption">A line above the table.</param>
    /// <exception cref="ArgumentException">A row has another number of values than there are columns.</exception>
    public Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object?>> rows, string? caption = null)
        : this(columns, rows, caption, new string?[columns.Count], new BestValue[columns.Count])
    {
    }

    private Table(
        IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object?>> rows, string? caption, string?[] formats, BestValue[] best)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Count != columns.Count)
            {
                throw new ArgumentException($"Row {i} has {rows[i].Count} values; there are {columns.Count} columns.", nameof(rows));
            }
        }

        (Columns, Rows, Caption, _formats, _best) =
            (columns.ToArray(), rows.Select(r => (IReadOnlyList<object?>)r.ToArray()).ToArray(), caption, formats, best);
        _cells = new TableCells(Rows, Columns.Count, formats, best);
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
        new(columns.Select(c => c.Title).ToArray(),
            items.Select(item => (IReadOnlyList<object?>)columns.Select(c => c.Value(item)).ToArray()).ToArray());

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
        const string Line = "1px solid rgba(128,128,128,.4)";
        var html =
            new StringBuilder("<div class=\"srl-table\" style=\"overflow-x:auto;margin:.6em 0\"><table "
            + "style=\"border-collapse:collapse;font-size:.95em\">");
        html.Append(
            Caption is null ? ""
            : $"<caption style=\"caption-side:top;text-align:left;font-weight:600;padding:.2em .7em "
            + $".4em\">{Markup.Escape(Caption)}</caption>");
        html.Append("<thead><tr>");
        for (int i = 0; i < Columns.Count; i++)
        {
            html.Append($"<th style=\"text-align:{Align(i)};padding:.35em .7em;border:0;border-bottom:2px solid "
                + $"rgba(128,128,128,.6);font-weight:600;vertical-align:bottom\">{Markup.Escape(Columns[i])}</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (IReadOnlyList<object?> row in Rows)
        {
            html.Append("<tr>");
            for (int i = 0; i < row.Count; i++)
            {
                string plain = _cells.Text(row[i], i), text = Markup.Escape(plain);

                // On a narrow page a table scrolls; its short values would otherwise break first, "256 → 512" over three lines.
                string whole = plain.Length <= LongestWhole ? ";white-space:nowrap" : "";
                html.Append($"<td style=\"text-align:{Align(i)};padding:.3em "
                    + $".7em;border:0;border-bottom:{Line};font-variant-numeric:tabular-nums{whole}\">"
                    + $"{(_cells.IsBest(row[i], i) ? $"<b>{text}</b>" : text)}</td>");
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    /// <inheritdoc/>
    public byte[]? ToPng() => null;

    /// <inheritdoc/>
    public string ToText()
    {
        string[][] lines = [[.. Columns], .. Rows.Select(r => r.Select((v, i) => _cells.Text(v, i).ReplaceLineEndings(" ")).ToArray())];
        int[] widths = Enumerable.Range(0, Columns.Count).Select(i => lines.Max(l => l[i].Length)).ToArray();
        IEnumerable<string> text = lines.Select(
            l => string.Join("  ", l.Select((v, i) => _cells.IsNumeric(i) ? v.PadLeft(widths[i]) : v.PadRight(widths[i]))).TrimEnd());
        string rule = string.Join("  ", widths.Select(w => new string('-', w)));
        text = text.Take(1).Append(rule).Concat(text.Skip(1));
        return string.Join('\n', Caption is null ? text : text.Prepend(Caption));
    }

    /// <summary>The table in GitHub's Markdown, best values in bold; the caption is left out.</summary>
    /// <returns>Text of several lines without a line break at its end.</returns>
    public string ToMarkdown()
    {
        static string Cell(string text) =>
            text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal).ReplaceLineEndings(" ");
        IEnumerable<string> lines =
            Rows.Select(r => Join(r.Select((v, i) => _cells.IsBest(v, i) ? $"**{Cell(_cells.Text(v, i))}**" : Cell(_cells.Text(v, i)))));
        return string.Join('\n',
            lines.Prepend(Join(Columns.Select((_, i) => _cells.IsNumeric(i) ? "---:" : "---"))).Prepend(Join(Columns.Select(Cell))));
        static string Join(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
    }

    /// <summary>The table as comma-separated values, quoted as in RFC 4180, numbers in full precision; lines end in \n.</summary>
    /// <returns>Text of several lines with a line break at its end.</returns>
    public string ToCsv()
    {
        static string Cell(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var csv = new StringBuilder();
        csv.AppendJoin(',', Columns.Select(Cell)).Append('\n');
        foreach (IReadOnlyList<object?> row in Rows)
        {
            csv.AppendJoin(',',
                row.Select(v => Cell(v is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : v?.ToString() ?? "")))
                .Append('\n');
        }

        return csv.ToString();
    }

    private string Align(int column) => _cells.IsNumeric(column) ? "right" : "left";

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
