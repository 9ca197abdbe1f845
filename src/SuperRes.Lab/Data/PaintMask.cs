using System.Runtime.CompilerServices;

namespace SuperRes.Lab.Data;

/// <summary>
/// One byte of coverage per pixel, into which shapes are drawn with antialiased edges before one colour is laid over the canvas: where
/// shapes overlap, a translucent colour is laid once.
/// </summary>
internal sealed class PaintMask
{
    private byte[] _coverage = [];
    private int _width, _height;
    private int _left, _top, _right, _bottom;

    /// <summary>Gives the mask the canvas's size; it is empty.</summary>
    public void SetSize(int width, int height)
    {
        if (_coverage.Length < width * height)
        {
            _coverage = new byte[width * height];
        }

        (_width, _height) = (width, height);
        Forget();
    }

    /// <summary>Whether a box and the mask have pixels in common.</summary>
    public bool Reaches(double left, double top, double right, double bottom) => right >= 0 && bottom >= 0 && left < _width && top < _height;

    /// <summary>A line with round ends.</summary>
    public void Line(double x0, double y0, double x1, double y1, double thickness)
    {
        // Thinner than a pixel: a line one pixel thick, more faintly.
        double radius = Math.Max(thickness, 1) / 2, strength = Math.Min(thickness, 1) * 255;
        double dx = x1 - x0, dy = y1 - y0, squared = (dx * dx) + (dy * dy), reach = radius + 0.5;
        int top = Math.Max(0, (int)Math.Floor(Math.Min(y0, y1) - reach)), bottom = Math.Min(_height, (int)Math.Ceiling(Math.Max(y0, y1) + reach) + 1);
        for (int y = top; y < bottom; y++)
        {
            (int left, int right) = Span(y, x0, y0, dx, dy, reach);
            Touch(left, right, y);
            for (int x = left; x < right; x++)
            {
                double t = squared > 0 ? Math.Clamp((((x - x0) * dx) + ((y - y0) * dy)) / squared, 0, 1) : 0;
                double ex = x - x0 - (t * dx), ey = y - y0 - (t * dy);
                Raise(x, y, Math.Clamp(reach - Math.Sqrt((ex * ex) + (ey * ey)), 0, 1) * strength);
            }
        }
    }

    /// <summary>A rectangle, from edge to edge.</summary>
    public void Rectangle(double x0, double y0, double x1, double y1)
    {
        int left = Math.Max(0, (int)Math.Floor(x0)), right = Math.Min(_width, (int)Math.Ceiling(x1));
        for (int y = Math.Max(0, (int)Math.Floor(y0)); y < Math.Min(_height, (int)Math.Ceiling(y1)); y++)
        {
            double rows = Math.Min(y + 1, y1) - Math.Max(y, y0);
            Touch(left, right, y);
            for (int x = left; x < right; x++)
            {
                Raise(x, y, rows * (Math.Min(x + 1, x1) - Math.Max(x, x0)) * 255);
            }
        }
    }

    /// <summary>A ring around a centre.</summary>
    public void Ring(double centerX, double centerY, double radius, double thickness)
    {
        double reach = radius + (thickness / 2) + 0.5;
        int left = Math.Max(0, (int)Math.Floor(centerX - reach)), right = Math.Min(_width, (int)Math.Ceiling(centerX + reach) + 1);
        for (int y = Math.Max(0, (int)Math.Floor(centerY - reach)); y < Math.Min(_height, (int)Math.Ceiling(centerY + reach) + 1); y++)
        {
            Touch(left, right, y);
            for (int x = left; x < right; x++)
            {
                double distance = Math.Abs(Math.Sqrt(((x - centerX) * (x - centerX)) + ((y - centerY) * (y - centerY))) - radius);
                Raise(x, y, Math.Clamp((thickness / 2) + 0.5 - distance, 0, 1) * 255);
            }
        }
    }

    /// <summary>A stamp: its left upper corner at a point, its height in pixels, turned around that point.</summary>
    public void Stamp(Stamp stamp, double x, double y, double height, double sin, double cos)
    {
        StampLevel level = stamp.LevelFor(height);
        double scale = level.Height / height;
        double width = level.Width / scale;
        double minX = x + Math.Min(0, cos * width) + Math.Min(0, -sin * height), maxX = x + Math.Max(0, cos * width) + Math.Max(0, -sin * height);
        double minY = y + Math.Min(0, sin * width) + Math.Min(0, cos * height), maxY = y + Math.Max(0, sin * width) + Math.Max(0, cos * height);
        int left = Math.Max(0, (int)Math.Floor(minX) - 1), right = Math.Min(_width, (int)Math.Ceiling(maxX) + 1);
        double stepU = cos * scale, stepV = -sin * scale;
        for (int row = Math.Max(0, (int)Math.Floor(minY) - 1); row < Math.Min(_height, (int)Math.Ceiling(maxY) + 1); row++)
        {
            double u = (((left - x) * cos) + ((row - y) * sin)) * scale, v = (((row - y) * cos) - ((left - x) * sin)) * scale;
            Touch(left, right, row);
            for (int column = left; column < right; column++, u += stepU, v += stepV)
            {
                if (u > -1 && v > -1 && u < level.Width && v < level.Height)
                {
                    Raise(column, row, level.Sample(u, v));
                }
            }
        }
    }

    /// <summary>Lays a colour over the canvas where the mask is covered, and empties the mask.</summary>
    public void Paint(Canvas canvas, uint colour, double opacity)
    {
        int strength = (int)Math.Round(opacity * 256 * 257 / 256);
        for (int y = _top; y < _bottom; y++)
        {
            Span<byte> row = _coverage.AsSpan((y * _width) + _left, _right - _left);
            Span<uint> pixels = canvas.Pixels.Slice((y * _width) + _left, row.Length);
            for (int x = 0; x < row.Length; x++)
            {
                if (row[x] != 0)
                {
                    pixels[x] = Blend.Over(pixels[x], colour, ((row[x] * strength) + 128) >> 8);
                }
            }

            row.Clear();
        }

        Forget();
    }

    /// <summary>The columns of a row that a thick line can reach.</summary>
    private (int Left, int Right) Span(int y, double x0, double y0, double dx, double dy, double reach)
    {
        double from = 0, to = 1;
        if (Math.Abs(dy) > 1e-9)
        {
            double a = (y - reach - y0) / dy, b = (y + reach - y0) / dy;
            (from, to) = (Math.Max(0, Math.Min(a, b)), Math.Min(1, Math.Max(a, b)));
        }

        double xa = x0 + (from * dx), xb = x0 + (to * dx);
        int left = Math.Clamp((int)Math.Floor(Math.Min(xa, xb) - reach), 0, _width);
        return (left, Math.Clamp((int)Math.Ceiling(Math.Max(xa, xb) + reach) + 1, left, _width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Raise(int x, int y, double coverage)
    {
        ref byte at = ref _coverage[(y * _width) + x];
        at = Math.Max(at, (byte)(coverage + 0.5));
    }

    private void Touch(int left, int right, int y)
    {
        if (left < right)
        {
            (_left, _right) = (Math.Min(_left, left), Math.Max(_right, right));
            (_top, _bottom) = (Math.Min(_top, y), Math.Max(_bottom, y + 1));
        }
    }

    private void Forget() => (_left, _top, _right, _bottom) = (_width, _height, 0, 0);
}
