using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperRes.Lab.Degradations;

/// <summary>
/// The coverage (0–1) of each pixel, into which shapes are drawn with antialiased edges before one colour is laid over the canvas: where
/// shapes overlap, a translucent colour is laid once.
/// </summary>
public sealed class PaintMask
{
    private static readonly Vector256<float> Ramp = Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);

    // Rows end in room for eight more values, so that vector code may write past a row's end.
    private float[] _coverage = [];
    private int _width, _height, _stride;
    private int _left, _top, _right, _bottom;

    internal PaintMask()
    {
    }

    /// <summary>Gives the mask the canvas's size; it is empty.</summary>
    internal void SetSize(int width, int height)
    {
        (_width, _height, _stride) = (width, height, width + 8);
        if (_coverage.Length < _stride * height)
        {
            _coverage = new float[_stride * height];
        }

        Forget();
    }

    /// <summary>Whether a box and the mask have pixels in common.</summary>
    internal bool Reaches(double left, double top, double right, double bottom) =>
        right >= 0 && bottom >= 0 && left < _width && top < _height;

    /// <summary>A line with round ends.</summary>
    /// <param name="x0">Start, in pixels from the centre of the first one.</param>
    /// <param name="y0">Start.</param>
    /// <param name="x1">End.</param>
    /// <param name="y1">End.</param>
    /// <param name="thickness">Its width; below 1 it fades.</param>
    public void Line(double x0, double y0, double x1, double y1, double thickness)
    {
        // Thinner than a pixel: a line one pixel thick, more faintly.
        float reach = (float)((Math.Max(thickness, 1) / 2) + 0.5), strength = (float)Math.Min(thickness, 1);
        int top = Math.Max(0, (int)Math.Floor(Math.Min(y0, y1) - reach));
        int bottom = Math.Min(_height, (int)Math.Ceiling(Math.Max(y0, y1) + reach) + 1);
        float dx = (float)(x1 - x0), dy = (float)(y1 - y0), squared = (dx * dx) + (dy * dy);
        float perX = squared > 0 ? dx / squared : 0, perY = squared > 0 ? dy / squared : 0;
        Vector256<float> faint = Vector256.Create(strength), stepT = Ramp * perX;
        for (int y = top; y < bottom; y++)
        {
            (int left, int right) = Span(y, x0, y0, x1 - x0, y1 - y0, reach);
            Touch(left, right, y);
            float fromY = (float)(y - y0);
            for (int x = left; x < right; x += 8)
            {
                float fromX = (float)(x - x0);
                Vector256<float> t = Vector256.Create((fromX * perX) + (fromY * perY)) + stepT;
                t = Vector256.Min(Vector256.Max(t, Vector256<float>.Zero), Vector256<float>.One);
                Vector256<float> ex = Vector256.Create(fromX) + Ramp - (t * dx), ey = Vector256.Create(fromY) - (t * dy);
                Raise(x, y, Vector256.Create(reach) - Vector256.Sqrt((ex * ex) + (ey * ey)), faint);
            }
        }
    }

    /// <summary>A rectangle, in pixels from the picture's upper left corner.</summary>
    /// <param name="x0">Left edge.</param>
    /// <param name="y0">Upper edge.</param>
    /// <param name="x1">Right edge.</param>
    /// <param name="y1">Lower edge.</param>
    public void Rectangle(double x0, double y0, double x1, double y1)
    {
        int left = Math.Max(0, (int)Math.Floor(x0)), right = Math.Min(_width, (int)Math.Ceiling(x1));
        for (int y = Math.Max(0, (int)Math.Floor(y0)); y < Math.Min(_height, (int)Math.Ceiling(y1)); y++)
        {
            double rows = Math.Min(y + 1, y1) - Math.Max(y, y0);
            Touch(left, right, y);
            for (int x = left; x < right; x++)
            {
                Raise(x, y, (float)(rows * (Math.Min(x + 1, x1) - Math.Max(x, x0))));
            }
        }
    }

    /// <summary>A ring, or a disc where it is twice as thick as its radius.</summary>
    /// <param name="centerX">Its middle, in pixels from the centre of the first one.</param>
    /// <param name="centerY">Its middle.</param>
    /// <param name="radius">From the middle to the middle of the ring.</param>
    /// <param name="thickness">Its width.</param>
    public void Ring(double centerX, double centerY, double radius, double thickness)
    {
        double reach = radius + (thickness / 2) + 0.5;
        int left = Math.Clamp((int)Math.Floor(centerX - reach), 0, _width);
        int right = Math.Clamp((int)Math.Ceiling(centerX + reach) + 1, left, _width);
        Vector256<float> rim = Vector256.Create((float)((thickness / 2) + 0.5));
        for (int y = Math.Max(0, (int)Math.Floor(centerY - reach)); y < Math.Min(_height, (int)Math.Ceiling(centerY + reach) + 1); y++)
        {
            Touch(left, right, y);
            var ey = Vector256.Create((float)(y - centerY));
            for (int x = left; x < right; x += 8)
            {
                Vector256<float> ex = Vector256.Create((float)(x - centerX)) + Ramp;
                Vector256<float> offRing = Vector256.Abs(Vector256.Sqrt((ex * ex) + (ey * ey)) - Vector256.Create((float)radius));
                Raise(x, y, rim - offRing, Vector256<float>.One);
            }
        }
    }

    /// <summary>A stamp: its left upper corner at a point, its height in pixels, turned around that point.</summary>
    internal void Stamp(Stamp stamp, double x, double y, double height, double sin, double cos)
    {
        StampLevel level = stamp.LevelFor(height);
        double scale = level.Height / height;
        double width = level.Width / scale;
        double minX = x + Math.Min(0, cos * width) + Math.Min(0, -sin * height);
        double maxX = x + Math.Max(0, cos * width) + Math.Max(0, -sin * height);
        double minY = y + Math.Min(0, sin * width) + Math.Min(0, cos * height);
        double maxY = y + Math.Max(0, sin * width) + Math.Max(0, cos * height);
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
                    Raise(column, row, (float)(level.Sample(u, v) / 255));
                }
            }
        }
    }

    /// <summary>Lays a colour over the picture where the mask is covered, and empties the mask.</summary>
    /// <param name="canvas">The picture, of the mask's size.</param>
    /// <param name="colour">R in the lowest byte, then G and B.</param>
    /// <param name="opacity">0 to 1.</param>
    public void Paint(Canvas canvas, uint colour, double opacity)
    {
        float strength = (float)(opacity * 256);
        for (int y = _top; y < _bottom; y++)
        {
            // What vector code wrote past the right edge is cleared too.
            Span<float> row = _coverage.AsSpan((y * _stride) + _left, Math.Min(_right + 8, _stride) - _left);
            Span<uint> pixels = canvas.Pixels.Slice((y * _width) + _left, _right - _left);
            for (int x = 0; x < pixels.Length; x++)
            {
                if (row[x] != 0)
                {
                    pixels[x] = Blend.Over(pixels[x], colour, (int)((row[x] * strength) + 0.5f));
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

    private void Raise(int x, int y, float coverage)
    {
        ref float at = ref _coverage[(y * _stride) + x];
        at = Math.Max(at, coverage);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Raise(int x, int y, Vector256<float> inside, Vector256<float> strength)
    {
        ref float at = ref _coverage[(y * _stride) + x];
        Vector256<float> coverage = Vector256.Min(Vector256.Max(inside, Vector256<float>.Zero), Vector256<float>.One) * strength;
        Vector256.Max(Vector256.LoadUnsafe(ref at), coverage).StoreUnsafe(ref at);
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
