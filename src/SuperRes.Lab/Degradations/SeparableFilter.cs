using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SuperRes.Lab.Degradations;

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
        int taps = kernel.Taps, last = source.Height - 1;
        ref int weights = ref MemoryMarshal.GetArrayDataReference(kernel.Weights);
        ref uint pixels = ref MemoryMarshal.GetReference(source.Pixels);
        ref uint results = ref MemoryMarshal.GetReference(result.Pixels);
        // Two rows at once; of an odd height the last row is done twice.
        for (int y = 0; y <= last; y += 2)
        {
            int upper = Math.Min(y, Math.Max(0, last - 1)), lower = Math.Min(upper + 1, last);
            ref uint upperRow = ref Unsafe.Add(ref pixels, upper * source.Width), lowerRow = ref Unsafe.Add(ref pixels, lower * source.Width);
            for (int x = 0; x < result.Width; x++)
            {
                Vector256<int> sum = Vector256.Create(1 << (SeparableKernel.Bits - 1));
                int from = kernel.Starts[x];
                ref int weight = ref Unsafe.Add(ref weights, x * taps);
                for (int t = 0; t < taps; t++)
                {
                    ulong pair = Unsafe.Add(ref upperRow, from + t) | ((ulong)Unsafe.Add(ref lowerRow, from + t) << 32);
                    sum += Widen(pair) * Unsafe.Add(ref weight, t);
                }

                ulong both = Narrow(sum >> SeparableKernel.Bits);
                Unsafe.Add(ref results, (upper * result.Width) + x) = (uint)both;
                Unsafe.Add(ref results, (lower * result.Width) + x) = (uint)(both >> 32);
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
                Vector256<int> sum = Vector256.Create(1 << (SeparableKernel.Bits - 1));
                nint at = first + x;
                foreach (int weight in weights)
                {
                    sum += Widen(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref bytes, at))) * weight;
                    at += stride;
                }

                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, line + x), (uint)Narrow(sum >> SeparableKernel.Bits));
            }
        }
    }

    /// <summary>Eight bytes become eight integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widen(ulong pair) =>
        Vector256.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(pair).AsByte()).ToVector256Unsafe()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Narrow(Vector256<int> values)
    {
        values = Vector256.Min(Vector256.Max(values, Vector256<int>.Zero), Vector256.Create(255));
        Vector128<ushort> words = Vector128.Narrow(values.GetLower().AsUInt32(), values.GetUpper().AsUInt32());
        return Vector128.Narrow(words, words).AsUInt64().ToScalar();
    }
}
