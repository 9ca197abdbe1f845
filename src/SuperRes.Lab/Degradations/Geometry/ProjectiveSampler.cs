using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SuperRes.Lab.Degradations;

/// <summary>
/// Reads a photo along a projective line, eight pixels at a time: bilinear, mirrored at the centres of the outermost pixels.
/// </summary>
internal readonly ref struct ProjectiveSampler
{
    private readonly ref byte _pixels;
    private readonly int _stride;
    private readonly Vector256<float> _stepU, _stepV, _stepW, _lastX, _lastY;
    private readonly Vector256<int> _maxLeft, _maxTop;

    /// <param name="photo">A photo of at least 2×2 pixels.</param>
    /// <param name="stepU">Change of the numerator of x from pixel to pixel.</param>
    /// <param name="stepV">Change of the numerator of y.</param>
    /// <param name="stepW">Change of the denominator.</param>
    public ProjectiveSampler(PhotoView photo, float stepU, float stepV, float stepW)
    {
        _pixels = ref MemoryMarshal.GetReference(photo.Pixels);
        _stride = photo.Width * 3;
        Vector256<float> ramp = Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);
        (_stepU, _stepV, _stepW) = (ramp * stepU, ramp * stepV, ramp * stepW);
        (_lastX, _lastY) = (Vector256.Create((float)(photo.Width - 1)), Vector256.Create((float)(photo.Height - 1)));
        (_maxLeft, _maxTop) = (Vector256.Create(photo.Width - 2), Vector256.Create(photo.Height - 2));
    }

    /// <summary>Writes eight pixels from the place (u/w, v/w) on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Eight(float u, float v, float w, ref uint to)
    {
        Vector256<float> inverse = Vector256<float>.One / (Vector256.Create(w) + _stepW);
        Vector256<float> x = Mirror((Vector256.Create(u) + _stepU) * inverse, _lastX);
        Vector256<float> y = Mirror((Vector256.Create(v) + _stepV) * inverse, _lastY);
        Vector256<int> left = Floor(x, _maxLeft), top = Floor(y, _maxTop);
        Vector256<int> fx = Fraction(x, left), fy = Fraction(y, top);
        Vector256<int> at = (top * _stride) + (left * 3);
        Vector256<uint> d = (fx * fy).AsUInt32(), c = (fy << 8).AsUInt32() - d, b = (fx << 8).AsUInt32() - d;
        Vector256<uint> a = Vector256.Create(65536u) - b - c - d;

        // The read of the last neighbour begins a byte early, so that none passes the photo's last byte.
        Vector256<uint> p = Gather(at, 0), q = Gather(at, 3), r = Gather(at, _stride), s = Gather(at, _stride + 2) >>> 8;
        Vector256<uint> mask = Vector256.Create(0xFFu), half = Vector256.Create(0x8000u);
        Vector256<uint> red = ((p & mask) * a) + ((q & mask) * b) + ((r & mask) * c) + ((s & mask) * d) + half;
        (p, q, r, s) = (p >>> 8, q >>> 8, r >>> 8, s >>> 8);
        Vector256<uint> green = ((p & mask) * a) + ((q & mask) * b) + ((r & mask) * c) + ((s & mask) * d) + half;
        (p, q, r, s) = (p >>> 8, q >>> 8, r >>> 8, s >>> 8);
        Vector256<uint> blue = ((p & mask) * a) + ((q & mask) * b) + ((r & mask) * c) + ((s & mask) * d) + half;
        Vector256<uint> pixel = (red >>> 16) | ((green >>> 16) << 8) | ((blue >>> 16) << 16) | Vector256.Create(0xFF000000);
        pixel.StoreUnsafe(ref to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Mirror(Vector256<float> x, Vector256<float> last)
    {
        x = Vector256.Abs(x);
        Vector256<float> period = last + last;
        x -= Vector256.Floor(x / period) * period;
        return Vector256.Min(x, period - x);
    }

    // Clamped after the conversion: whatever a degenerate map gives, no address leaves the photo.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Floor(Vector256<float> x, Vector256<int> max) =>
        Vector256.Min(Vector256.Max(Vector256.ConvertToInt32(x), Vector256<int>.Zero), max);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Fraction(Vector256<float> x, Vector256<int> floor) => Vector256.Min(
        Vector256.Max(Vector256.ConvertToInt32((x - Vector256.ConvertToSingle(floor)) * 256f), Vector256<int>.Zero), Vector256.Create(256));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe Vector256<uint> Gather(Vector256<int> at, int offset)
    {
        ref byte start = ref Unsafe.Add(ref _pixels, offset);
        if (Avx2.IsSupported)
        {
            fixed (byte* address = &start)
            {
                return Avx2.GatherVector256((uint*)address, at, 1);
            }
        }

        return Vector256.Create(
            Read(ref start, at[0]), Read(ref start, at[1]), Read(ref start, at[2]), Read(ref start, at[3]),
            Read(ref start, at[4]), Read(ref start, at[5]), Read(ref start, at[6]), Read(ref start, at[7]));
    }

    private static uint Read(ref byte start, int offset) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, offset));
}
