namespace SuperRes.Lab.Imaging;

/// <summary>
/// How much of each pixel of a rectangle is covered by shapes, 0–1. Polygons count by exact area, strokes by the distance of the
/// pixel's centre. Only additions, multiplications, divisions and square roots take part, so a mask is the same on every machine.
/// </summary>
internal sealed class CoverageMask
{
    private readonly float[] _values;

    /// <summary>Makes a mask for what lies between two corners, as far as an image has pixels there.</summary>
    public CoverageMask(double left, double top, double right, double bottom, int imageWidth, int imageHeight)
    {
        X = (int)Math.Clamp(Math.Floor(left), 0, imageWidth);
        Y = (int)Math.Clamp(Math.Floor(top), 0, imageHeight);
        Width = (int)Math.Clamp(Math.Ceiling(right), X, imageWidth) - X;
        Height = (int)Math.Clamp(Math.Ceiling(bottom), Y, imageHeight) - Y;
        _values = new float[Width * Height];
    }

    /// <summary>Left edge in the image.</summary>
    public int X { get; }

    /// <summary>Upper edge in the image.</summary>
    public int Y { get; }

    /// <summary>Width, 0 where the shapes lie outside.</summary>
    public int Width { get; }

    /// <summary>Height, 0 where the shapes lie outside.</summary>
    public int Height { get; }

    /// <summary>One row of coverage.</summary>
    public ReadOnlySpan<float> Row(int y) => _values.AsSpan(y * Width, Width);

    /// <summary>Adds a line with round ends; a point where both ends are the same. What is covered twice counts once.</summary>
    public void AddStroke(double x0, double y0, double x1, double y1, double thickness)
    {
        (x0, y0, x1, y1) = (x0 - X - 0.5, y0 - Y - 0.5, x1 - X - 0.5, y1 - Y - 0.5);
        double radius = thickness / 2, reach = radius + 0.5;
        double dx = x1 - x0, dy = y1 - y0;
        double scale = (dx * dx) + (dy * dy) is > 0 and var square ? 1 / square : 0;
        int firstX = (int)Math.Clamp(Math.Ceiling(Math.Min(x0, x1) - reach), 0, Width), lastX = (int)Math.Clamp(Math.Floor(Math.Max(x0, x1) + reach), -1, Width - 1);
        int firstY = (int)Math.Clamp(Math.Ceiling(Math.Min(y0, y1) - reach), 0, Height), lastY = (int)Math.Clamp(Math.Floor(Math.Max(y0, y1) + reach), -1, Height - 1);
        for (int y = firstY; y <= lastY; y++)
        {
            Span<float> row = _values.AsSpan(y * Width, Width);
            for (int x = firstX; x <= lastX; x++)
            {
                double along = Math.Clamp((((x - x0) * dx) + ((y - y0) * dy)) * scale, 0, 1);
                double offX = x - x0 - (along * dx), offY = y - y0 - (along * dy);
                double distance = Math.Sqrt((offX * offX) + (offY * offY));

                // The share of a pixel's width, laid across the stroke, that the stroke takes: right for hairlines too.
                double covered = Math.Min(distance + 0.5, radius) - Math.Max(distance - 0.5, -radius);
                row[x] = Math.Max(row[x], (float)Math.Clamp(covered, 0, 1));
            }
        }
    }

    /// <summary>Adds a polygon; where it winds around a pixel more than once, the pixel counts once.</summary>
    public void AddPolygon(ReadOnlySpan<(double X, double Y)> points)
    {
        if (_values.Length == 0)
        {
            return;
        }

        // Each edge leaves in every row the change of coverage from one pixel to the next; summing along the row gives the area.
        int stride = Width + 2;
        var changes = new float[stride * Height];
        for (int i = 0; i < points.Length; i++)
        {
            (double X, double Y) from = points[i], to = points[(i + 1) % points.Length];
            AddEdge(changes, stride, from.X - X, from.Y - Y, to.X - X, to.Y - Y);
        }

        for (int y = 0; y < Height; y++)
        {
            float sum = 0;
            for (int x = 0; x < Width; x++)
            {
                sum += changes[(y * stride) + x];
                float covered = Math.Min(Math.Abs(sum), 1);
                ref float value = ref _values[(y * Width) + x];
                value = Math.Max(value, covered < 1e-5f ? 0 : covered);
            }
        }
    }

    /// <summary>Mixes a colour into a picture where the mask covers it.</summary>
    public void Blend(RgbImage image, RgbColor color, double opacity)
    {
        if (!(opacity >= 0 && opacity <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "An opacity is 0 to 1.");
        }

        float strength = (float)opacity;
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<float> covered = Row(y);
            Span<byte> pixels = image.Pixels.AsSpan((((Y + y) * image.Width) + X) * 3, Width * 3);
            for (int x = 0; x < covered.Length; x++)
            {
                float share = covered[x] * strength;
                if (share > 0)
                {
                    pixels[x * 3] = Mix(pixels[x * 3], color.R, share);
                    pixels[(x * 3) + 1] = Mix(pixels[(x * 3) + 1], color.G, share);
                    pixels[(x * 3) + 2] = Mix(pixels[(x * 3) + 2], color.B, share);
                }
            }
        }
    }

    private static byte Mix(byte below, byte above, float share) => (byte)(below + ((above - below) * share) + 0.5f);

    private void AddEdge(float[] changes, int stride, double x0, double y0, double x1, double y1)
    {
        if (y0 == y1)
        {
            return;
        }

        double sign = 1;
        if (y0 > y1)
        {
            (x0, y0, x1, y1, sign) = (x1, y1, x0, y0, -1);
        }

        double slope = (x1 - x0) / (y1 - y0);
        int last = (int)Math.Min(Height, Math.Ceiling(Math.Min(y1, Height)));
        for (int y = (int)Math.Max(0, Math.Floor(Math.Max(y0, 0))); y < last; y++)
        {
            double top = Math.Max(y, y0), bottom = Math.Min(y + 1, y1);
            if (bottom > top)
            {
                double from = x0 + ((top - y0) * slope), to = x0 + ((bottom - y0) * slope);
                AddPiece(changes.AsSpan(y * stride, stride), Math.Min(from, to), Math.Max(from, to), (bottom - top) * sign);
            }
        }
    }

    /// <summary>The piece of an edge within one row: from left to right it covers everything beyond itself by its height.</summary>
    private void AddPiece(Span<float> row, double left, double right, double height)
    {
        // What lies beside the mask acts as if it ran along the mask's edge.
        double perPixel = right > left ? height / (right - left) : 0;
        if (left < 0)
        {
            double outside = right > 0 ? -left * perPixel : height;
            row[0] += (float)outside;
            height -= outside;
            left = 0;
            if (right <= 0)
            {
                return;
            }
        }

        if (left >= Width)
        {
            return;
        }

        if (right == left)
        {
            AddToPixel(row, (int)left, left - (int)left, height);
            return;
        }

        for (int x = (int)left; x < Math.Min(right, Width); x++)
        {
            double start = Math.Max(left, x), end = Math.Min(right, x + 1);
            AddToPixel(row, x, ((start + end) / 2) - x, (end - start) * perPixel);
        }
    }

    private static void AddToPixel(Span<float> row, int x, double within, double height)
    {
        row[x] += (float)(height * (1 - within));
        row[x + 1] += (float)(height * within);
    }
}
