using System.Buffers;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Datasets;

/// <summary>
/// Pixels at twice the image's size, painted from the front to the back: what a shape further in front has taken is never touched
/// again, so hidden shapes cost almost nothing. Each pixel is coloured by a procedural surface, which a drawing library has no brush for.
/// </summary>
internal sealed class DeadLeavesCanvas : IDisposable
{
    /// <summary>Canvas pixels along one image pixel.</summary>
    public const int Oversampling = 2;

    private readonly int _side;
    private readonly byte[] _pixels, _taken;
    private double[] _crossings = new double[16];

    public DeadLeavesCanvas(int size)
    {
        _side = size * Oversampling;
        _pixels = ArrayPool<byte>.Shared.Rent(_side * _side * 3);
        _taken = ArrayPool<byte>.Shared.Rent(_side * _side);
        _taken.AsSpan(0, _side * _side).Clear();
        Open = _side * _side;
    }

    /// <summary>How many canvas pixels no shape has taken yet.</summary>
    public int Open { get; private set; }

    /// <summary>The share of the canvas that shapes have taken.</summary>
    public double Covered => 1 - ((double)Open / _side / _side);

    /// <summary>Lays a shape behind everything painted so far.</summary>
    /// <param name="outline">Corners in image pixels; where lines cross, even-odd.</param>
    /// <param name="paint">Its surface.</param>
    public void PaintBehind(ReadOnlySpan<(double X, double Y)> outline, in DeadLeavesPaint paint)
    {
        (double top, double bottom) = (double.MaxValue, double.MinValue);
        foreach ((_, double y) in outline)
        {
            (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
        }

        int last = (int)Math.Min(_side - 1, Math.Floor((bottom * Oversampling) - 0.5));
        for (int row = (int)Math.Max(0, Math.Ceiling((top * Oversampling) - 0.5)); row <= last; row++)
        {
            int count = Cross(outline, (row + 0.5) / Oversampling);
            for (int i = 0; i + 1 < count; i += 2)
            {
                int first = (int)Math.Max(0, Math.Ceiling((_crossings[i] * Oversampling) - 0.5));
                int end = (int)Math.Min(_side, Math.Ceiling((_crossings[i + 1] * Oversampling) - 0.5));
                PaintSpan(row, first, end, paint);
            }
        }
    }

    /// <summary>Fills what is still open.</summary>
    public void PaintRest(in DeadLeavesPaint paint)
    {
        for (int row = 0; row < _side; row++)
        {
            PaintSpan(row, 0, _side, paint);
        }
    }

    /// <summary>Blurs all pixels by three running means, about a Gaussian.</summary>
    public void Blur(int radius)
    {
        byte[] line = ArrayPool<byte>.Shared.Rent((_side + (2 * radius)) * 3);
        for (int pass = 0; pass < 3; pass++)
        {
            for (int i = 0; i < _side; i++)
            {
                BlurLine(i * _side * 3, 3, radius, line);
            }

            for (int i = 0; i < _side; i++)
            {
                BlurLine(i * 3, _side * 3, radius, line);
            }
        }

        ArrayPool<byte>.Shared.Return(line);
    }

    /// <summary>Puts another canvas's pixels where this one is open.</summary>
    public void ShowBehind(DeadLeavesCanvas behind)
    {
        for (int i = 0; i < _side * _side; i++)
        {
            if (_taken[i] == 0)
            {
                behind._pixels.AsSpan(i * 3, 3).CopyTo(_pixels.AsSpan(i * 3));
            }
        }

        Open = 0;
    }

    /// <summary>Averages the canvas down to the image under a light that falls off from one side to the other.</summary>
    public RgbImage ToImage(double lightX, double lightY)
    {
        int size = _side / Oversampling, stride = _side * 3;
        var image = new RgbImage(size, size);
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                float light = 0.25f * (float)(1 + (lightX * (((double)x / size) - 0.5)) + (lightY * (((double)y / size) - 0.5)));
                int at = (y * Oversampling * stride) + (x * Oversampling * 3);
                for (int c = at; c < at + 3; c++)
                {
                    float sum = _pixels[c] + _pixels[c + 3] + _pixels[c + stride] + _pixels[c + stride + 3];
                    image.Pixels[(((y * size) + x) * 3) + c - at] = (byte)(Math.Min(sum * light, 255) + 0.5f);
                }
            }
        }

        return image;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_pixels);
        ArrayPool<byte>.Shared.Return(_taken);
    }

    private void PaintSpan(int row, int first, int end, in DeadLeavesPaint paint)
    {
        int start = row * _side;
        float y = (row + 0.5f) / Oversampling;
        for (int x = first; x < end; x++)
        {
            if (_taken[start + x] == 0)
            {
                _taken[start + x] = 1;
                Open--;
                paint.Write((x + 0.5f) / Oversampling, y, _pixels.AsSpan((start + x) * 3, 3));
            }
        }
    }

    /// <summary>Where an outline crosses a horizontal line, in order.</summary>
    private int Cross(ReadOnlySpan<(double X, double Y)> outline, double y)
    {
        int count = 0;
        (double X, double Y) from = outline[^1];
        foreach ((double X, double Y) to in outline)
        {
            if (from.Y <= y != to.Y <= y)
            {
                if (count == _crossings.Length)
                {
                    Array.Resize(ref _crossings, count * 2);
                }

                double x = from.X + ((y - from.Y) / (to.Y - from.Y) * (to.X - from.X));
                int place = count++;
                while (place > 0 && _crossings[place - 1] > x)
                {
                    _crossings[place] = _crossings[place - 1];
                    place--;
                }

                _crossings[place] = x;
            }

            from = to;
        }

        return count;
    }

    private void BlurLine(int start, int step, int radius, byte[] line)
    {
        for (int i = -radius; i < _side + radius; i++)
        {
            _pixels.AsSpan(start + (Math.Clamp(i, 0, _side - 1) * step), 3).CopyTo(line.AsSpan((i + radius) * 3));
        }

        int width = (2 * radius) + 1;
        for (int c = 0; c < 3; c++)
        {
            int sum = width / 2;
            for (int i = 0; i < width; i++)
            {
                sum += line[(i * 3) + c];
            }

            for (int i = 0; ; i++)
            {
                _pixels[start + (i * step) + c] = (byte)(sum / width);
                if (i == _side - 1)
                {
                    break;
                }

                sum += line[((i + width) * 3) + c] - line[(i * 3) + c];
            }
        }
    }
}
