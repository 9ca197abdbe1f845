using SkiaSharp;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>Draws a <see cref="PictureGrid"/> as one picture.</summary>
internal static class PictureSheet
{
    private const int Gap = 6;
    private const int Margin = 10;
    private const int LabelWidth = 110;
    private const float CaptionSize = 16;
    private const float TitleSize = 14;
    private const float NoteSize = 12.5f;
    private static readonly SKColor Ink = new(0x26, 0x26, 0x26);

    /// <summary>Draws a grid.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="maximumWidth">The widest that the sheet may be; null: as wide as its pictures.</param>
    /// <returns>The sheet.</returns>
    public static RgbImage Draw(PictureGrid grid, int? maximumWidth)
    {
        int columns = grid.ColumnTitles.Count;
        int left = Margin + (grid.Rows.Any(r => !string.IsNullOrEmpty(r.Label)) ? LabelWidth : 0);
        int? room = maximumWidth is { } most ? Math.Max(24, ((most - left - Margin) / columns) - Gap) : null;
        RgbImage?[][] pictures =
            grid.Rows.Select(row => row.Cells.Select(cell => cell.Image is null ? null : Fit(cell.Image, grid, room)).ToArray()).ToArray();
        int column = Math.Max(24, pictures.SelectMany(r => r).Max(p => p?.Width ?? 0));
        int width = left + (columns * (column + Gap)) - Gap + Margin;
        Sheet sheet = Plan(grid, pictures, left, column, width);
        using var bitmap = new SKBitmap(new SKImageInfo(width, sheet.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.White);
            sheet.Paint(canvas);
        }

        return ImageBytes.FromBitmap(bitmap);
    }

    /// <summary>Enlarges a small picture by a whole factor, and makes one smaller that has no room in its column.</summary>
    private static RgbImage Fit(RgbImage image, PictureGrid grid, int? room)
    {
        int scale = room is { } width ? grid.ScaleFor(image, width) : Math.Max(1, grid.Scale);
        if (room is null || image.Width * scale <= room)
        {
            return ImageBytes.Repeat(image, scale);
        }

        int height = Math.Max(1, (int)Math.Round((double)image.Height * room.Value / image.Width));
        return Resampler.Resize(image, room.Value, height, room < image.Width ? ResampleFilter.Lanczos : ResampleFilter.Nearest);
    }

    private static Sheet Plan(PictureGrid grid, RgbImage?[][] pictures, int left, int column, int width)
    {
        var sheet = new Sheet();
        float top = Margin;
        if (grid.Caption is not null)
        {
            top = sheet.Text(TextDrawing.Wrap(grid.Caption, width - (2 * Margin), CaptionSize, bold: true, lines: 3), Margin, top,
                CaptionSize, bold: true, SKTextAlign.Left) + 6;
        }

        float below = top;
        for (int i = 0; i < grid.ColumnTitles.Count; i++)
        {
            float middle = left + (i * (column + Gap)) + (column / 2f);
            below =
                Math.Max(
                below, sheet.Text(TextDrawing.Wrap(grid.ColumnTitles[i], column, TitleSize, bold: true), middle, top, TitleSize, bold: true,
                SKTextAlign.Center));
        }

        top = (float)Math.Ceiling(below + 4);
        for (int r = 0; r < grid.Rows.Count; r++)
        {
            int tallest = pictures[r].Max(p => p?.Height ?? 0);
            if (!string.IsNullOrEmpty(grid.Rows[r].Label))
            {
                IReadOnlyList<string> lines = TextDrawing.Wrap(grid.Rows[r].Label!, LabelWidth - 10, NoteSize, lines: 3);
                sheet.Text(lines, left - 8, top + Math.Max(0, (tallest - (lines.Count * NoteSize * 1.3f)) / 2), NoteSize, bold: false,
                    SKTextAlign.Right);
            }

            below = top + tallest;
            for (int i = 0; i < pictures[r].Length; i++)
            {
                int x = left + (i * (column + Gap));
                PictureCell cell = grid.Rows[r].Cells[i];
                if (pictures[r][i] is { } picture)
                {
                    sheet.Picture(picture, x + ((column - picture.Width) / 2), (int)top, cell.Frame);
                }

                if (cell.Note is not null)
                {
                    IReadOnlyList<string> lines = cell.Note.Split('\n').SelectMany(l => TextDrawing.Wrap(l, column, NoteSize)).ToArray();
                    below =
                        Math.Max(below, sheet.Text(
                        lines, x + (column / 2f), top + (pictures[r][i]?.Height ?? 0) + 3, NoteSize, bold: false, SKTextAlign.Center));
                }
            }

            top = (float)Math.Ceiling(below + Gap);
        }

        sheet.Height = (int)Math.Ceiling(top - Gap + Margin);
        return sheet;
    }

    /// <summary>What is drawn where, found before the height is known.</summary>
    private sealed class Sheet
    {
        private readonly List<Action<SKCanvas>> _drawn = [];

        public int Height { get; set; }

        public float Text(IReadOnlyList<string> lines, float x, float top, float size, bool bold, SKTextAlign align)
        {
            foreach (string line in lines)
            {
                float baseline = top + size;
                _drawn.Add(canvas => TextDrawing.Draw(canvas, line, x, baseline, size, Ink, bold, align));
                top += size * 1.3f;
            }

            return top;
        }

        public void Picture(RgbImage picture, int x, int y, string? frame) => _drawn.Add(canvas =>
        {
            using SKBitmap bitmap = ImageBytes.ToBitmap(picture);
            canvas.DrawBitmap(bitmap, x, y);
            if (frame is not null && SKColor.TryParse(frame, out SKColor color))
            {
                using var paint = new SKPaint { Color = color, Style = SKPaintStyle.Stroke, StrokeWidth = 3 };
                canvas.DrawRect(x + 1.5f, y + 1.5f, picture.Width - 3, picture.Height - 3, paint);
            }
        });

        public void Paint(SKCanvas canvas)
        {
            foreach (Action<SKCanvas> draw in _drawn)
            {
                draw(canvas);
            }
        }
    }
}
