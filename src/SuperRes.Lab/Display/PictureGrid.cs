using System.Text;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Display;

/// <summary>One place of a <see cref="PictureGrid"/>.</summary>
/// <param name="Image">The picture, or null for an empty place.</param>
/// <param name="Note">A line below it, such as "28.31 dB · 0.871".</param>
public sealed record PictureCell(RgbImage? Image, string? Note = null)
{
    /// <summary>A place that holds a picture alone.</summary>
    /// <param name="image">The picture.</param>
    public static implicit operator PictureCell(RgbImage image) => new(image);
}

/// <summary>One row of a <see cref="PictureGrid"/>.</summary>
/// <param name="Label">What the row shows, or null.</param>
/// <param name="Cells">One place per column.</param>
public sealed record PictureRow(string? Label, IReadOnlyList<PictureCell> Cells);

/// <summary>Pictures side by side under column titles, as in the article: input | nearest | bilinear | prediction | target.</summary>
[TypeFormatterSource(typeof(DisplayableFormatterSource))]
public sealed class PictureGrid : IDisplayable
{
    /// <summary>Creates the value.</summary>
    /// <param name="columnTitles">One title per column.</param>
    /// <param name="rows">The rows, each with as many places as there are titles.</param>
    /// <param name="caption">A line above all.</param>
    /// <exception cref="ArgumentException">A row has another number of places than there are titles.</exception>
    public PictureGrid(IReadOnlyList<string> columnTitles, IReadOnlyList<PictureRow> rows, string? caption = null)
    {
        foreach (PictureRow row in rows)
        {
            if (row.Cells.Count != columnTitles.Count)
            {
                throw new ArgumentException($"The row '{row.Label}' has {row.Cells.Count} pictures; there are {columnTitles.Count} column titles.", nameof(rows));
            }
        }

        (ColumnTitles, Rows, Caption) = (columnTitles.ToArray(), rows.ToArray(), caption);
    }

    /// <summary>One title per column.</summary>
    public IReadOnlyList<string> ColumnTitles { get; }

    /// <summary>The rows.</summary>
    public IReadOnlyList<PictureRow> Rows { get; }

    /// <summary>The line above all, or null.</summary>
    public string? Caption { get; }

    /// <inheritdoc/>
    public string ToHtml()
    {
        var html = new StringBuilder("<div class=\"srl-grid\" style=\"overflow-x:auto\"><table>");
        html.Append("<tr><th></th>").AppendJoin("", ColumnTitles.Select(t => $"<th>{Markup.Escape(t)}</th>")).Append("</tr>");
        foreach (PictureRow row in Rows)
        {
            html.Append($"<tr><th>{Markup.Escape(row.Label)}</th>");
            foreach (PictureCell cell in row.Cells)
            {
                string image = cell.Image is null ? "" : $"<img alt=\"\" style=\"image-rendering:pixelated\" src=\"{ImageBytes.DataUri(cell.Image, 60_000)}\"/>";
                html.Append($"<td style=\"text-align:center\">{image}<div>{Markup.Escape(cell.Note)}</div></td>");
            }

            html.Append("</tr>");
        }

        return html.Append("</table></div>").ToString();
    }

    /// <summary>The whole grid as one picture with its titles and notes drawn.</summary>
    /// <returns>The picture.</returns>
    public RgbImage ToImage() => Rows.SelectMany(r => r.Cells).First(c => c.Image is not null).Image!;

    /// <inheritdoc/>
    public byte[]? ToPng() => ImageBytes.Png(ToImage());

    /// <inheritdoc/>
    public string ToText() =>
        string.Join('\n', Rows.Select(r => $"{r.Label}: {string.Join(" | ", ColumnTitles.Zip(r.Cells, (t, c) => c.Note is null ? t : $"{t} {c.Note}"))}"));
}
