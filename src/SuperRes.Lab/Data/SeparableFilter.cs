using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SuperRes.Lab.Data;

/// <summary>Filters a canvas along its rows and then along its columns, with 8 bits between, as Pillow does.</summary>
internal static class SeparableFilter
{
    /// <summary>Filters in both directions.</summary>
    public static void Apply(Canvas source, SeparableKernel across, SeparableKernel down, Canvas between, Canvas result)
    {
        between.SetSize(across.Outputs, source.Height);
        Across(source, across, between);
        result.SetSize(across.Outputs, down.Outputs);
        Down(between, down, result);
    }

    private static void Across(Canvas source, SeparableKernel kernel, Canvas result)
    {
        int taps = kernel.Taps;
        ref int weights = ref MemoryMarshal.GetArrayDataReference(kernel.Weights);
        for (int y = 0; y < source.Height; y++)
        {
            ref uint row = ref source.Pixels[y * source.Width];
            Span<uint> to = result.Pixels.Slice(y * result.Width, result.Width);
            for (int x = 0; x < to.Length; x++)
            {
                Vector128<int> sum = Vector128.Create(1 << (SeparableKernel.Bits - 1));
                ref uint from = ref Unsafe.Add(ref row, kernel.Starts[x]);
                for (int t = 0; t < taps; t++)
                {
                    sum += Widen(Unsafe.Add(ref from, t)) * Unsafe.Add(ref weights, (x * taps) + t);
                }

                to[x] = Narrow(sum >> SeparableKernel.Bits);
            }
        }
    }

    private static void Down(Canvas source, SeparableKernel kernel, Canvas result)
    {
        int stride = source.Width * 4;
        ref byte bytes = ref MemoryMarshal.GetReference(source.Bytes);
        ref byte to = ref MemoryMarshal.GetReference(result.Bytes);
        for (int y = 0; y < result.Height; y++)
        {
            ReadOnlySpan<int> weights = kernel.Weights.AsSpan(y * kernel.Taps, kernel.Taps);
            nint first = (nint)kernel.Starts[y] * stride;
            nint line = (nint)y * stride;
            int x = 0;
            for (; x <= stride - 16; x += 16)
            {
                Vector256<int> low = Vector256.Create(1 << (SeparableKernel.Bits - 1));
                Vector256<int> high = low;
                nint at = first + x;
                foreach (int weight in weights)
                {
                    Vector128<byte> pixels = Vector128.LoadUnsafe(ref Unsafe.Add(ref bytes, at));
                    (Vector128<ushort> a, Vector128<ushort> b) = Vector128.Widen(pixels);
                    low += Vector256.WidenLower(a.ToVector256Unsafe()).AsInt32() * weight;
                    high += Vector256.WidenLower(b.ToVector256Unsafe()).AsInt32() * weight;
                    at += stride;
                }

                Vector256<short> both = Vector256.NarrowWithSaturation(low >> SeparableKernel.Bits, high >> SeparableKernel.Bits);
                both = Vector256.Clamp(both, Vector256<short>.Zero, Vector256.Create((short)255));
                Vector128.Narrow(both.AsUInt16().GetLower(), both.AsUInt16().GetUpper()).StoreUnsafe(ref Unsafe.Add(ref to, line + x));
            }

            for (; x < stride; x += 4)
            {
                Vector128<int> sum = Vector128.Create(1 << (SeparableKernel.Bits - 1));
                nint at = first + x;
                foreach (int weight in weights)
                {
                    sum += Widen(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref bytes, at))) * weight;
                    at += stride;
                }

                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, line + x), Narrow(sum >> SeparableKernel.Bits));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Widen(uint pixel) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(pixel).AsByte())).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Narrow(Vector128<int> values)
    {
        values = Vector128.Clamp(values, Vector128<int>.Zero, Vector128.Create(255));
        Vector128<ushort> words = Vector128.Narrow(values.AsUInt32(), values.AsUInt32());
        return Vector128.Narrow(words, words).AsUInt32().ToScalar();
    }
}
