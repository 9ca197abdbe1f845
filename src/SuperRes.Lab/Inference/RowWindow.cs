using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>The rows of a source that a row of tiles looks at; it moves down and never back.</summary>
internal sealed class RowWindow(RowSource source)
{
    private readonly int _stride = source.Width * 3;
    private float[] _rows = [];
    private int _first;
    private int _end;

    /// <summary>Holds the rows from one to before another; neither may lie above the last call's.</summary>
    public void MoveTo(int first, int end)
    {
        int kept = Math.Max(0, _end - first);
        Span<float> keep = _rows.AsSpan((_end - kept - _first) * _stride, kept * _stride);
        if (_rows.Length < (long)(end - first) * _stride)
        {
            var larger = new float[checked((end - first) * _stride)];
            keep.CopyTo(larger);
            _rows = larger;
        }
        else
        {
            keep.CopyTo(_rows);
        }

        // Rows between what was held and what is asked for don't occur: neighbouring tiles meet.
        source.Read(_rows.AsSpan(kept * _stride, (end - first - kept) * _stride));
        (_first, _end) = (first, end);
    }

    /// <summary>A part of the held rows: 1×3×height×width float32.</summary>
    public Tensor Part(int x, int y, int width, int height)
    {
        Tensor part = empty(1, 3, height, width, dtype: float32, device: CPU);
        Span<float> values = MemoryMarshal.Cast<byte, float>(part.bytes);
        int plane = width * height;
        for (int row = 0, to = 0; row < height; row++)
        {
            ReadOnlySpan<float> from = _rows.AsSpan(((y + row - _first) * _stride) + (x * 3), width * 3);
            for (int i = 0; i < from.Length; i += 3, to++)
            {
                values[to] = from[i];
                values[plane + to] = from[i + 1];
                values[plane + plane + to] = from[i + 2];
            }
        }

        return part;
    }
}
