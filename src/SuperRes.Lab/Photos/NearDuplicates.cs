using System.Numerics;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Photos;

/// <summary>Finds photos that look alike by 64-bit difference hashes (each bit: is a cell of a 9×8 grid brighter than its left
/// neighbour).</summary>
public static class NearDuplicates
{
    /// <summary>Most bits in which the hashes of near-duplicates differ: recompressed and resized copies differ in 0–4, unrelated photos in
    /// about 32.</summary>
    public const int MaxDistance = 5;

    // With at most 5 differing bits, one of four 16-bit bands differs in at most one bit: 17 probes per band find every match.
    private const int Bands = 4;
    private const int BandBits = 16;

    /// <summary>The difference hash of a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <returns>64 bits, rows from the top.</returns>
    public static ulong DifferenceHash(RgbImage image)
    {
        RgbImage small = Resampler.Resize(image, 9, 8, ResampleFilter.Box);
        ulong hash = 0;
        for (int y = 0; y < 8; y++)
        {
            int left = Luma(small, 0, y);
            for (int x = 1; x < 9; x++)
            {
                int here = Luma(small, x, y);
                hash = (hash << 1) | (here > left ? 1UL : 0);
                left = here;
            }
        }

        return hash;
    }

    /// <summary>Puts hashes that are near each other, directly or through others, into groups.</summary>
    /// <param name="hashes">One hash for each photo.</param>
    /// <returns>For each photo the smallest index of its group.</returns>
    public static int[] Group(IReadOnlyList<ulong> hashes)
    {
        var buckets = new Dictionary<(int Band, int Bits), List<int>>();
        var group = new int[hashes.Count];
        for (int i = 0; i < group.Length; i++)
        {
            group[i] = i;
            for (int band = 0; band < Bands; band++)
            {
                int bits = (int)(hashes[i] >> (band * BandBits)) & 0xFFFF;
                Probe(hashes, i, band, bits, buckets, group);
                for (int bit = 0; bit < BandBits; bit++)
                {
                    Probe(hashes, i, band, bits ^ (1 << bit), buckets, group);
                }
            }

            Insert(hashes[i], i, buckets);
        }

        for (int i = 0; i < group.Length; i++)
        {
            group[i] = Root(group, i);
        }

        return group;
    }

    private static void Probe(
        IReadOnlyList<ulong> hashes, int i, int band, int bits, Dictionary<(int Band, int Bits), List<int>> buckets, int[] group)
    {
        if (!buckets.TryGetValue((band, bits), out List<int>? bucket))
        {
            return;
        }

        foreach (int other in bucket)
        {
            if (BitOperations.PopCount(hashes[i] ^ hashes[other]) <= MaxDistance)
            {
                int a = Root(group, i), b = Root(group, other);
                group[Math.Max(a, b)] = Math.Min(a, b);
            }
        }
    }

    private static void Insert(ulong hash, int i, Dictionary<(int Band, int Bits), List<int>> buckets)
    {
        for (int band = 0; band < Bands; band++)
        {
            (int, int) key = (band, (int)(hash >> (band * BandBits)) & 0xFFFF);
            if (!buckets.TryGetValue(key, out List<int>? bucket))
            {
                buckets[key] = bucket = [];
            }

            bucket.Add(i);
        }
    }

    private static int Root(int[] group, int i)
    {
        while (group[i] != i)
        {
            i = group[i] = group[group[i]];
        }

        return i;
    }

    private static int Luma(RgbImage image, int x, int y)
    {
        int at = ((y * image.Width) + x) * 3;
        return (299 * image.Pixels[at]) + (587 * image.Pixels[at + 1]) + (114 * image.Pixels[at + 2]);
    }
}
