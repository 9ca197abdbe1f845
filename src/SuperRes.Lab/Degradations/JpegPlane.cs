using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SuperRes.Lab.Degradations;

/// <summary>One colour component of a JPEG, filled up to whole blocks of 8×8 samples.</summary>
internal sealed class JpegPlane
{
    private int _width, _height, _rows;

    /// <summary>Rows of <see cref="Stride"/> bytes.</summary>
    public byte[] Samples { get; private set; } = [];

    public int Stride { get; private set; }

    public void SetSize(int width, int height)
    {
        (_width, _height) = (width, height);
        (Stride, _rows) = ((width + 7) & ~7, (height + 7) & ~7);
        if (Samples.Length < Stride * _rows)
        {
            Samples = new byte[Stride * _rows];
        }
    }

    /// <summary>Takes the component from one of twice the size; beyond its edges the last values go on.</summary>
    public void Downsample(ReadOnlySpan<byte> full, int width, int height)
    {
        for (int y = 0; y < _height; y++)
        {
            ReadOnlySpan<byte> upper = full.Slice(2 * y * width, width), lower = full.Slice(Math.Min((2 * y) + 1, height - 1) * width, width);
            Span<byte> row = Samples.AsSpan(y * Stride, Stride);
            int whole = width / 2;
            for (int x = 0; x < whole; x++)
            {
                row[x] = (byte)((upper[2 * x] + upper[(2 * x) + 1] + lower[2 * x] + lower[(2 * x) + 1] + 1 + (x & 1)) >> 2);
            }

            // Past the right edge the last column is repeated before the mean is taken, and the rounding keeps alternating.
            for (int x = whole; x < row.Length; x++)
            {
                row[x] = (byte)(((2 * upper[^1]) + (2 * lower[^1]) + 1 + (x & 1)) >> 2);
            }
        }

        RepeatLastRow();
    }

    /// <summary>Repeats the last column and row of a component of full size up to whole blocks.</summary>
    public void FillUp()
    {
        for (int y = 0; y < _height && _width < Stride; y++)
        {
            Samples.AsSpan((y * Stride) + _width, Stride - _width).Fill(Samples[(y * Stride) + _width - 1]);
        }

        RepeatLastRow();
    }

    /// <summary>Transforms, quantises and transforms back every block; all of them must be filled.</summary>
    /// <param name="table">64 steps, row by row.</param>
    public void Quantise(ReadOnlySpan<int> table)
    {
        Span<Vector256<int>> block = stackalloc Vector256<int>[8];
        Span<Vector256<int>> steps = stackalloc Vector256<int>[8];
        Span<Vector256<float>> inverse = stackalloc Vector256<float>[8];
        for (int row = 0; row < 8; row++)
        {
            steps[row] = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(table), (nuint)(row * 8));
            inverse[row] = Vector256.Create(1f) / Vector256.ConvertToSingle(steps[row] << 3);
        }

        for (int y = 0; y < _rows; y += 8)
        {
            for (int x = 0; x < Stride; x += 8)
            {
                ref byte corner = ref Samples[(y * Stride) + x];
                for (int row = 0; row < 8; row++)
                {
                    ulong samples = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref corner, row * Stride));
                    Vector128<ushort> wide = Vector128.WidenLower(Vector128.CreateScalarUnsafe(samples).AsByte());
                    block[row] = Vector256.WidenLower(wide.ToVector256Unsafe()).AsInt32() - Vector256.Create(128);
                }

                JpegTransform.Forward(block);
                for (int row = 0; row < 8; row++)
                {
                    block[row] = Divide(block[row], steps[row] << 3, inverse[row]) * steps[row];
                }

                JpegTransform.Inverse(block);
                for (int row = 0; row < 8; row++)
                {
                    Vector256<int> values = Vector256.Clamp(block[row] + Vector256.Create(128), Vector256<int>.Zero, Vector256.Create(255));
                    Vector128<ushort> words = Vector128.Narrow(values.GetLower().AsUInt32(), values.GetUpper().AsUInt32());
                    Unsafe.WriteUnaligned(ref Unsafe.Add(ref corner, row * Stride), Vector128.Narrow(words, words).AsUInt64().ToScalar());
                }
            }
        }
    }

    /// <summary>Doubles the component in both directions with a triangular filter; beyond its edges the last values go on.</summary>
    public byte[] Upsample(int width, int height, byte[] result)
    {
        if (result.Length < width * height)
        {
            result = new byte[width * height];
        }

        // Of components this narrow libjpeg repeats the values.
        bool repeat = _width <= 2;
        Span<int> sums = _width <= 1024 ? stackalloc int[_width] : new int[_width];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> near = Samples.AsSpan((y / 2) * Stride, _width);
            ReadOnlySpan<byte> far = Samples.AsSpan(Math.Clamp((y / 2) + ((y & 1) == 0 ? -1 : 1), 0, _height - 1) * Stride, _width);
            Span<byte> row = result.AsSpan(y * width, width);
            if (repeat)
            {
                for (int x = 0; x < width; x++)
                {
                    row[x] = near[x / 2];
                }

                continue;
            }

            for (int x = 0; x < sums.Length; x++)
            {
                sums[x] = (3 * near[x]) + far[x];
            }

            Spread(sums, row);
        }

        return result;
    }

    private static void Spread(ReadOnlySpan<int> sums, Span<byte> row)
    {
        int last = sums.Length - 1;
        row[0] = (byte)(((4 * sums[0]) + 8) >> 4);
        for (int x = 0; x < last; x++)
        {
            row[(2 * x) + 1] = (byte)(((3 * sums[x]) + sums[x + 1] + 7) >> 4);
            row[(2 * x) + 2] = (byte)(((3 * sums[x + 1]) + sums[x] + 8) >> 4);
        }

        if (row.Length > (2 * last) + 1)
        {
            row[(2 * last) + 1] = (byte)(((4 * sums[last]) + 7) >> 4);
        }
    }

    /// <summary>Divides by positive steps, rounding halves away from zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Divide(Vector256<int> values, Vector256<int> steps, Vector256<float> inverse)
    {
        // The float quotient is within one of the true one; one look at the remainder mends it.
        Vector256<int> size = Vector256.Abs(values) + (steps >> 1);
        Vector256<int> quotient = Vector256.ConvertToInt32(Vector256.ConvertToSingle(size) * inverse);
        Vector256<int> rest = size - (quotient * steps);
        quotient += rest >> 31;
        quotient -= Vector256.GreaterThanOrEqual(rest, steps);
        return Vector256.ConditionalSelect(Vector256.LessThan(values, Vector256<int>.Zero), -quotient, quotient);
    }

    private void RepeatLastRow()
    {
        for (int y = _height; y < _rows; y++)
        {
            Samples.AsSpan((_height - 1) * Stride, Stride).CopyTo(Samples.AsSpan(y * Stride));
        }
    }
}
