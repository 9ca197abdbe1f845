using System.Globalization;
using System.Text;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>One place of a <see cref="PictureGrid"/>.</summary>
/// <param name="Image">The picture, or null for an empty place.</param>
/// <param name="Note">A line below it, such as "28.31 dB · 0.871".</param>
public sealed record PictureCell(RgbImage? Image, string? Note = null)
{
    /// <summary>The colour of a frame around the picture, as #RRGGBB; default none.</summary>
    public string? Frame { get; init; }

    /// <summary>A place that holds a picture alone.</summary>
    /// <param name="image">The picture.</param>
    public static implicit operator PictureCell(RgbImage image) => new(image);
}

/// <summary>One row of a <see cref="PictureGrid"/>.</summary>
/// <param name="Label">What the row shows, or null.</param>
/// <param name="Cells">One place per column; a picture alone becomes a place: <c>new PictureRow("tiger", [input, prediction])</c>.</param>
public sealed record PictureRow(string? Label, IReadOnlyList<PictureCell> Cells);

/// <summary>
/// Pictures side by side under column titles, as in the article: input | nearest | bilinear | prediction | target. Small pictures are
/// enlarged pixel by pixel, large ones fitted; a click shows a picture's real pixels.
/// </summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Displayable)]
public sealed class PictureGrid : IDisplayable
{
    // What the pictures of one grid may weigh together in a notebook.
    private const int Budget = 220_000;

    /// <summary>Creates the value.</summary>
    /// <param name="columnTitles">One title per column.</param>
    /// <param name="rows">The rows, each with as many places as there are titles.</param>
    /// <param name="caption">A line above all; default none.</param>
    /// <param name="scale">How many screen pixels one pixel takes each way where there is room; 0 (default) makes small pictures fill their
    /// column.</param>
    /// <exception cref="ArgumentException">There is no column, or a row has another number of places than there are titles.</exception>
    public PictureGrid(IReadOnlyList<string> columnTitles, IReadOnlyList<PictureRow> rows, string? caption = null, int scale = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        if (columnTitles.Count == 0)
        {
            throw new ArgumentException("A grid has one column at least.", nameof(columnTitles));
        }

        foreach (PictureRow row in rows)
        {
            if (row.Cells.Count != columnTitles.Count)
            {
                throw new ArgumentException($"The row '{row.Label}' has {row.Cells.Count} pictures; there are {columnTitles.Count} column "
                    + $"titles.", nameof(rows));
            }
        }

        (ColumnTitles, Rows, Caption, Scale) = (columnTitles.ToArray(), rows.ToArray(), caption, scale);
    }

    /// <summary>One title per column.</summary>
    public IReadOnlyList<string> ColumnTitles { get; }

    /// <summary>The rows.</summary>
    public IReadOnlyList<PictureRow> Rows { get; }

    /// <summary>The line above all, or null.</summary>
    public string? Caption { get; }

    /// <summary>How many screen pixels one pixel takes each way where there is room; 0: so many that small pictures fill their
    /// column.</summary>
    public int Scale { get; }

    /// <inheritdoc/>
    public string ToHtml()
    {
        bool labels = Rows.Any(r => !string.IsNullOrEmpty(r.Label));
        int pictures = Math.Max(1, Rows.Sum(r => r.Cells.Count(c => c.Image is not null)));

        // Relative, so that the hidden checkboxes scroll with their pictures and don't make the page around them scroll, too.
        var html = new StringBuilder("<figure class=\"srl-grid\" style=\"position:relative;margin:.6em 0;overflow-x:auto\">");
        html.Append(PictureMarkup.Style);
        html.Append(
            Caption is null ? "" : $"<figcaption style=\"font-weight:600;margin:.2em 0 .4em\">{Markup.Escape(Caption)}</figcaption>");
        html.Append(
            CultureInfo.InvariantCulture,
            $"<table style=\"border-collapse:collapse;table-layout:fixed;width:100%;"
                + $"min-width:min({MaximumWidth(labels)}px,{(ColumnTitles.Count * 6) + (labels ? 6 : 0)}em);"
                + $"max-width:{MaximumWidth(labels)}px\"><thead><tr>");
        html.Append(labels ? "<th style=\"width:6em;border:0\"></th>" : "");
        html.AppendJoin("",
            ColumnTitles.Select(
            t => $"<th style=\"padding:.2em "
            + $".25em;text-align:center;font-weight:600;font-size:.9em;border:0;overflow-wrap:break-word\">{Markup.Escape(t)}</th>"));
        html.Append("</tr></thead><tbody>");
        foreach (PictureRow row in Rows)
        {
            html.Append("<tr>");
            html.Append(
                labels
                ? $"<th scope=\"row\" style=\"padding:.25em .5em .25em "
                + $"0;text-align:right;font-weight:400;font-size:.85em;border:0;overflow-wrap:anywhere\">{Markup.Escape(row.Label)}</th>"
                : "");
            for (int i = 0; i < row.Cells.Count; i++)
            {
                AppendCell(html, row.Cells[i], $"{row.Label} {ColumnTitles[i]}".Trim(), Budget / pictures);
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table></figure>").ToString();
    }

    /// <summary>The whole grid as one picture with its titles and notes drawn, on white.</summary>
    /// <param name="maximumWidth">
    /// Where the grid would be wider, its large pictures are fitted into their columns; default 960 pixels, a notebook's width. Null keeps
    /// every pixel.
    /// </param>
    /// <returns>The picture.</returns>
    public RgbImage ToImage(int? maximumWidth = 960) => PictureSheet.Draw(this, maximumWidth);

    /// <inheritdoc/>
    public byte[]? ToPng() => PreviewPng.Encode(ToImage(PreviewPng.Width));

    /// <inheritdoc/>
    public string ToText()
    {
        var lines =
            Rows.Select(
            r => (r.Label is null ? "" : r.Label + ": ")
            + string.Join(" | ", ColumnTitles.Zip(r.Cells, (t, c) => c.Note is null ? t : $"{t} {c.Note}")));
        return string.Join('\n', Caption is null ? lines : lines.Prepend(Caption));
    }

    /// <summary>How many screen pixels one pixel takes each way in a column of a given width.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="column">The column's width in pixels.</param>
    /// <returns>1 or more.</returns>
    internal int ScaleFor(RgbImage image, int column) => Scale > 0 ? Scale : Math.Clamp(column / image.Width, 1, 16);

    /// <summary>The width of one column on a page about 900 pixels wide.</summary>
    private int ColumnWidth => 900 / ColumnTitles.Count;

    private int MaximumWidth(bool labels)
    {
        int widest = Rows.SelectMany(r => r.Cells).Where(c => c.Image is not null)
            .Select(c => c.Image!.Width * ScaleFor(c.Image, ColumnWidth)).DefaultIfEmpty(64).Max();
        return (ColumnTitles.Count * (widest + 8)) + (labels ? 112 : 0);
    }

    private void AppendCell(StringBuilder html, PictureCell cell, string text, int budget)
    {
        html.Append("<td style=\"padding:.25em;text-align:center;vertical-align:top;border:0\">");
        if (cell.Image is not null)
        {
            string frame = cell.Frame is null ? "" : $"outline:3px solid {Markup.Escape(cell.Frame)};outline-offset:-3px;";
            html.Append(PictureMarkup.Image(cell.Image, text, ScaleFor(cell.Image, ColumnWidth), budget, frame));
        }

        html.Append(
            cell.Note is null ? ""
            : $"<div style=\"font-size:.8em;font-variant-numeric:tabular-nums;line-height:1.35;"
                + $"margin-top:.15em\">{Markup.Escape(cell.Note)}</div>");
        html.Append("</td>");
    }
}
