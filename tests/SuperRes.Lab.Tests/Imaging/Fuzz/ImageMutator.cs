using System.Buffers.Binary;
using System.IO.Hashing;

namespace SuperRes.Lab.Tests.Imaging.Fuzz;

/// <summary>Damages image files, each number its own way: bits, bytes and lengths changed, parts cut out, doubled, or taken from another
/// file.</summary>
internal sealed class ImageMutator(IReadOnlyList<byte[]> seeds)
{
    private const int MostChanges = 8, Largest = 1 << 16;
    private static readonly uint[] _telling =
        [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];

    /// <summary>One of the endless damaged files.</summary>
    public byte[] Make(long number)
    {
        var random = new RandomStream(number, "mutated image");
        byte[] seed = seeds[random.NextInt(seeds.Count)];
        List<byte> file = [.. seed];
        for (int i = 1 + random.NextInt(MostChanges); i > 0 && file.Count > 0; i--)
        {
            Change(file, random);
        }

        byte[] bytes = [.. file.Take(Largest)];
        if (random.NextInt(2) == 0)
        {
            RepairPng(bytes);
        }

        return bytes;
    }

    private void Change(List<byte> file, RandomStream random)
    {
        // Headers come first, and decide most.
        int at = random.NextInt(random.NextInt(2) == 0 ? Math.Min(file.Count, 128) : file.Count);
        int length = Math.Min(1 + random.NextInt(64), file.Count - at);
        switch (random.NextInt(8))
        {
            case 0:
                file[at] ^= (byte)(1 << random.NextInt(8));
                break;
            case 1:
                file[at] = (byte)random.NextBits();
                break;
            case 2 or 3:
                Span<byte> number = stackalloc byte[4];
                uint value = _telling[random.NextInt(_telling.Length)];
                BinaryPrimitives.WriteUInt32BigEndian(number, random.NextInt(2) == 0 ? value : BinaryPrimitives.ReverseEndianness(value));
                for (int i = 0; i < 4 && at + i < file.Count; i++)
                {
                    file[at + i] = number[i];
                }

                break;
            case 4:
                file.RemoveRange(at, length);
                break;
            case 5:
                file.InsertRange(at, file.GetRange(at, length));
                break;
            case 6:
                byte[] other = seeds[random.NextInt(seeds.Count)];
                int from = random.NextInt(other.Length);
                file.InsertRange(at, other.AsSpan(from, Math.Min(length, other.Length - from)).ToArray());
                break;
            default:
                file.RemoveRange(at, file.Count - at);
                break;
        }
    }

    /// <summary>Gives chunks their checksums again, so that damage gets past them.</summary>
    private static void RepairPng(byte[] file)
    {
        for (int at = 8; file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]) && at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
            {
                return;
            }

            BinaryPrimitives.WriteUInt32BigEndian(
                file.AsSpan(at + 8 + (int)length), Crc32.HashToUInt32(file.AsSpan(at + 4, (int)length + 4)));
            at += 12 + (int)length;
        }
    }
}
