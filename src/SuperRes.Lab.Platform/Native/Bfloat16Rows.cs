using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SuperRes.Lab.Native;

/// <summary>
/// Loops over one output channel of a convolution's weight, between the parameter (float32, in × kernel area) and what oneDNN reads with
/// the channels last
/// (bfloat16, kernel area × in). Both are passed once; torch takes a pass and a tensor for each step of it.
/// </summary>
/// <remarks>Compiled with optimization at once: a program that enlarges one photo is over before the runtime would see that these loops are
/// hot.</remarks>
internal static unsafe class Bfloat16Rows
{
    private const int Lanes = 16;

    /// <summary>Whether the processor has the vector instructions.</summary>
    public static bool AreSupported => Avx512F.IsSupported && Avx2.IsSupported;

    /// <summary>For every value of a block of 16 inputs in the parameter's order, where it stands in the other order.</summary>
    /// <param name="area">Kernel area.</param>
    /// <returns>16·area positions.</returns>
    public static int[] Order(int area) => [.. Enumerable.Range(0, Lanes * area).Select(i => (i % area * Lanes) + (i / area))];

    /// <summary>Rounds a row to bfloat16 in the other order.</summary>
    /// <param name="source">inputs × area.</param>
    /// <param name="target">area × stride; what lies behind the inputs is left as it is.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="area">Kernel area.</param>
    /// <param name="stride">Input channels in the target.</param>
    /// <param name="scale">Factor on every value.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Reduce(float* source, ushort* target, int inputs, int area, int stride, float scale)
    {
        Vector256<int> places = Vector256<int>.Indices * area;
        Vector512<float> factor = Vector512.Create(scale);
        int i = 0;
        for (; i <= inputs - Lanes; i += Lanes)
        {
            for (int k = 0; k < area; k++)
            {
                float* first = source + (i * area) + k;
                Vector512<float> values = area == 1
                    ? Vector512.Load(first)
                    : Vector512.Create(Avx2.GatherVector256(first, places, sizeof(float)), Avx2.GatherVector256(
                        first + (8 * area), places, sizeof(float)));
                Round(values * factor).Store(target + (k * stride) + i);
            }
        }

        for (; i < inputs; i++)
        {
            for (int k = 0; k < area; k++)
            {
                target[(k * stride) + i] = Round(Vector512.Create(source[(i * area) + k] * scale)).ToScalar();
            }
        }
    }

    /// <summary>Takes a row back from bfloat16 into the parameter's order.</summary>
    /// <param name="source">area × stride.</param>
    /// <param name="target">inputs × area.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="area">Kernel area.</param>
    /// <param name="stride">Input channels in the source.</param>
    /// <param name="order">From <see cref="Order"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Restore(ushort* source, float* target, int inputs, int area, int stride, int[] order)
    {
        float* block = stackalloc float[Lanes * area];
        int i = 0;
        for (; i <= inputs - Lanes; i += Lanes)
        {
            float* to = target + (i * area);
            float* from = area == 1 ? to : block;
            for (int k = 0; k < area; k++)
            {
                Widen(source + (k * stride) + i).Store(from + (k * Lanes));
            }

            for (int j = 0; area > 1 && j < order.Length; j += 8)
            {
                Avx2.GatherVector256(block, Vector256.LoadUnsafe(ref order[j]), sizeof(float)).Store(to + j);
            }
        }

        for (; i < inputs; i++)
        {
            for (int k = 0; k < area; k++)
            {
                target[(i * area) + k] = BitConverter.UInt32BitsToSingle((uint)source[(k * stride) + i] << 16);
            }
        }
    }

    /// <summary>The sum of products of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* a, float* b, int length)
    {
        Vector512<float> sum = default, other = default;
        int i = 0;
        for (; i <= length - (2 * Lanes); i += 2 * Lanes)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), sum);
            other = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + Lanes), Vector512.Load(b + i + Lanes), other);
        }

        float rest = 0;
        for (; i < length; i++)
        {
            rest += a[i] * b[i];
        }

        return Vector512.Sum(sum + other) + rest;
    }

    /// <summary>p·a − q·b into the target, or added to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine(float* target, float* a, float p, float* b, float q, int length, bool adds)
    {
        Vector512<float> factor = Vector512.Create(p), minus = Vector512.Create(-q);
        int i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            Vector512<float> start = adds ? Vector512.Load(target + i) : default;
            Vector512<float> sum = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), factor, start);
            Vector512.FusedMultiplyAdd(Vector512.Load(b + i), minus, sum).Store(target + i);
        }

        for (; i < length; i++)
        {
            target[i] = (adds ? target[i] : 0) + (p * a[i]) - (q * b[i]);
        }
    }

    /// <summary>To the nearest bfloat16, ties to even; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Round(Vector512<float> values)
    {
        Vector512<uint> bits = values.AsUInt32();
        Vector512<uint> rounded = (bits + Vector512.Create(0x7FFFu) + (Vector512.ShiftRightLogical(bits, 16) & Vector512<uint>.One)) >>> 16;
        return Avx512F.ConvertToVector256UInt16(
            Vector512.ConditionalSelect(Vector512.IsNaN(values).AsUInt32(), Vector512.Create(0x7FC0u), rounded));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(ushort* values) => (Avx512F.ConvertToVector512UInt32(Vector256.Load(values)) << 16).AsSingle();
}
