using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperRes.Lab.Degradations;

/// <summary>
/// The accurate integer DCT that libjpeg uses by default: Loeffler, Ligtenberg and Moschytz's flow graph (ICASSP 1989) with 13-bit
/// constants, two more bits kept between the passes. Eight columns are transformed at once.
/// </summary>
internal static class JpegTransform
{
    private const int Bits = 13;
    private const int Extra = 2;

    // 2¹³ times the constants of the flow graph; each name is the value in thousandths.
    private const int C0298 = 2446, C0390 = 3196, C0541 = 4433, C0765 = 6270, C0899 = 7373, C1175 = 9633;
    private const int C1501 = 12299, C1847 = 15137, C1961 = 16069, C2053 = 16819, C2562 = 20995, C3072 = 25172;

    /// <summary>Samples around 0 to coefficients times 8.</summary>
    public static void Forward(Span<Vector256<int>> rows)
    {
        Transpose(rows);
        Forward(rows, first: true);
        Transpose(rows);
        Forward(rows, first: false);
    }

    /// <summary>Coefficients to samples around 0, not yet clamped.</summary>
    public static void Inverse(Span<Vector256<int>> rows)
    {
        Inverse(rows, Bits - Extra);
        Transpose(rows);
        Inverse(rows, Bits + Extra + 3);
        Transpose(rows);
    }

    private static void Forward(Span<Vector256<int>> d, bool first)
    {
        Vector256<int> s0 = d[0] + d[7], s1 = d[1] + d[6], s2 = d[2] + d[5], s3 = d[3] + d[4];
        Vector256<int> o4 = d[3] - d[4], o5 = d[2] - d[5], o6 = d[1] - d[6], o7 = d[0] - d[7];
        Vector256<int> e0 = s0 + s3, e3 = s0 - s3, e1 = s1 + s2, e2 = s1 - s2;
        int shift = first ? Bits - Extra : Bits + Extra;
        d[0] = first ? (e0 + e1) << Extra : Round(e0 + e1, Extra);
        d[4] = first ? (e0 - e1) << Extra : Round(e0 - e1, Extra);
        Vector256<int> turn = (e2 + e3) * C0541;
        d[2] = Round(turn + (e3 * C0765), shift);
        d[6] = Round(turn - (e2 * C1847), shift);

        Vector256<int> z5 = (o4 + o6 + o5 + o7) * C1175;
        Vector256<int> z1 = (o4 + o7) * -C0899, z2 = (o5 + o6) * -C2562;
        Vector256<int> z3 = ((o4 + o6) * -C1961) + z5, z4 = ((o5 + o7) * -C0390) + z5;
        d[7] = Round((o4 * C0298) + z1 + z3, shift);
        d[5] = Round((o5 * C2053) + z2 + z4, shift);
        d[3] = Round((o6 * C3072) + z2 + z3, shift);
        d[1] = Round((o7 * C1501) + z1 + z4, shift);
    }

    private static void Inverse(Span<Vector256<int>> d, int shift)
    {
        Vector256<int> turn = (d[2] + d[6]) * C0541;
        Vector256<int> even2 = turn - (d[6] * C1847), even3 = turn + (d[2] * C0765);
        Vector256<int> even0 = (d[0] + d[4]) << Bits, even1 = (d[0] - d[4]) << Bits;
        Vector256<int> a0 = even0 + even3, a3 = even0 - even3, a1 = even1 + even2, a2 = even1 - even2;

        Vector256<int> o0 = d[7], o1 = d[5], o2 = d[3], o3 = d[1];
        Vector256<int> z5 = (o0 + o2 + o1 + o3) * C1175;
        Vector256<int> z1 = (o0 + o3) * -C0899, z2 = (o1 + o2) * -C2562;
        Vector256<int> z3 = ((o0 + o2) * -C1961) + z5, z4 = ((o1 + o3) * -C0390) + z5;
        o0 = (o0 * C0298) + z1 + z3;
        o1 = (o1 * C2053) + z2 + z4;
        o2 = (o2 * C3072) + z2 + z3;
        o3 = (o3 * C1501) + z1 + z4;
        (d[0], d[7]) = (Round(a0 + o3, shift), Round(a0 - o3, shift));
        (d[1], d[6]) = (Round(a1 + o2, shift), Round(a1 - o2, shift));
        (d[2], d[5]) = (Round(a2 + o1, shift), Round(a2 - o1, shift));
        (d[3], d[4]) = (Round(a3 + o0, shift), Round(a3 - o0, shift));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<int> value, int shift) => (value + Vector256.Create(1 << (shift - 1))) >> shift;

    private static void Transpose(Span<Vector256<int>> rows)
    {
        Span<int> values = System.Runtime.InteropServices.MemoryMarshal.Cast<Vector256<int>, int>(rows);
        for (int y = 1; y < 8; y++)
        {
            for (int x = 0; x < y; x++)
            {
                (values[(y * 8) + x], values[(x * 8) + y]) = (values[(x * 8) + y], values[(y * 8) + x]);
            }
        }
    }
}
