using System.Numerics;
using System.Text;

namespace SuperRes.Lab;

/// <summary>
/// A named stream of random numbers that depends only on the seed, the name and the indices it was made with, the same on every
/// machine and framework version (xoshiro256**, seeded through splitmix64).
/// </summary>
/// <remarks>Not safe for use by several threads at once: give each piece of work a stream of its own.</remarks>
public sealed class RandomStream
{
    private ulong _a, _b, _c, _d;
    private double _spareGaussian = double.NaN;

    /// <summary>Creates the stream that belongs to a seed, a name and indices (an epoch, an image, …).</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="name">What the numbers are for, such as "crop".</param>
    /// <param name="indices">Further coordinates; another index gives an unrelated stream.</param>
    public RandomStream(long seed, string name, params ReadOnlySpan<long> indices)
    {
        ulong state = (ulong)seed;
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            state = Mix(state ^ b);
        }

        foreach (long index in indices)
        {
            state = Mix(state ^ (ulong)index);
        }

        (_a, _b, _c, _d) = (SplitMix(ref state), SplitMix(ref state), SplitMix(ref state), SplitMix(ref state));
    }

    /// <summary>64 random bits.</summary>
    /// <returns>A number of the full range.</returns>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A uniform number in [0, 1).</summary>
    /// <returns>A multiple of 2⁻⁵³.</returns>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform number in [low, high).</summary>
    /// <param name="low">Lower bound.</param>
    /// <param name="high">Upper bound.</param>
    /// <returns>The number.</returns>
    public double Uniform(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>A uniform integer in [0, count).</summary>
    /// <param name="count">How many values there are; at least 1.</param>
    /// <returns>The integer.</returns>
    public int NextInt(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (int)Math.BigMul(NextBits(), (ulong)count, out _);
    }

    /// <summary>A uniform integer in [low, high], both ends included.</summary>
    /// <param name="low">Smallest value.</param>
    /// <param name="high">Largest value.</param>
    /// <returns>The integer.</returns>
    public int NextInt(int low, int high) => low + NextInt(high - low + 1);

    /// <summary>True with the given probability.</summary>
    /// <param name="probability">0 to 1.</param>
    /// <returns>The draw.</returns>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A number from the standard normal distribution (polar method).</summary>
    /// <returns>The number.</returns>
    public double NextGaussian()
    {
        if (!double.IsNaN(_spareGaussian))
        {
            double spare = _spareGaussian;
            _spareGaussian = double.NaN;
            return spare;
        }

        double u, v, s;
        do
        {
            u = (2 * NextDouble()) - 1;
            v = (2 * NextDouble()) - 1;
            s = (u * u) + (v * v);
        }
        while (s is >= 1 or 0);
        double factor = Math.Sqrt(-2 * Math.Log(s) / s);
        _spareGaussian = v * factor;
        return u * factor;
    }

    /// <summary>Puts a list into random order in place (Fisher–Yates).</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="items">The list.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        return Mix(state);
    }

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
