using SuperRes.Lab.Imaging;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Tests.Photos;

/// <summary>Small made-up photos, different for each number: smooth colour fields with edges.</summary>
internal static class TestPhotos
{
    public static RgbImage Make(int number, int width = 96, int height = 80)
    {
        var random = new RandomStream(number, "test photo");
        var image = new RgbImage(width, height);
        Span<double> waves = stackalloc double[12];
        foreach (ref double wave in waves)
        {
            wave = random.Uniform(-0.2, 0.2);
        }

        (double edgeX, double edgeY) = (random.Uniform(0.2, 0.8) * width, random.Uniform(0.2, 0.8) * height);
        for (int y = 0, at = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < 3; c++, at++)
                {
                    double value = 128 + (60 * Math.Sin((waves[c] * x) + (waves[c + 3] * y) + number))
                        + (x > edgeX == y > edgeY ? 40 * waves[c + 6] / 0.2 : 0);
                    image.Pixels[at] = (byte)Math.Clamp(value, 0, 255);
                }
            }
        }

        return image;
    }

    public static RgbImage[] Many(int count, int width = 96, int height = 80) =>
        [.. Enumerable.Range(0, count).Select(i => Make(i, width, height))];

    /// <summary>A source that hands out photos in memory.</summary>
    public static PhotoSource Source(IReadOnlyList<RgbImage> images) => new MemorySource(images);

    /// <summary>Splits a folder as a run does.</summary>
    public static DataSplit Split(this ImageFolder folder, long seed, double validFraction = 0.1, bool groupNearDuplicates = true)
    {
        ImageFolder sound = PhotoHashes.Of(folder, memory: null, out ulong[] hashes);
        return PhotoSplit.Random(
            sound, seed, validFraction, groupNearDuplicates ? NearDuplicates.Group(hashes) : [.. Enumerable.Range(0, sound.Count)]);
    }

    /// <summary>Reads every picture of a cache, which compares its checksum.</summary>
    public static void Verify(this PairCache cache)
    {
        for (int i = 0; i < cache.Count; i++)
        {
            cache.Read(i);
        }
    }

    /// <summary>Writes photos 000.png, 001.png, … into a folder.</summary>
    public static void Write(string folder, int count, int width = 96, int height = 80)
    {
        for (int i = 0; i < count; i++)
        {
            ImageCodec.Write(Make(i, width, height), Path.Combine(folder, $"{i:000}.png"));
        }
    }

    private sealed class MemorySource(IReadOnlyList<RgbImage> images) : PhotoSource
    {
        public override int Count => images.Count;

        public override string NameOf(int index) => $"image {index}";

        public override (int Width, int Height) SizeOf(int index) => (images[index].Width, images[index].Height);

        public override RgbImage Read(int index) => images[index];
    }
}
