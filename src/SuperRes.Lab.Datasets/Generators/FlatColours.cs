using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Datasets;

/// <summary>
/// Images of a few large rectangles, each of one colour, for crops that hold a single colour or a straight edge of two: a model learns from
/// them to leave flat
/// areas alone, also at the picture's border and with colours that photos hardly have. Image i of a seed is the same on every run and
/// thread.
/// </summary>
public static class FlatColours
{
    private const int Version = 1, MostSize = 4096, LeastSize = 64, MostCells = 4;

    /// <summary>Draws one image. Safe for use by many threads.</summary>
    /// <param name="size">Width and height in pixels, 64–4096.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="index">Which image of the seed, from 0.</param>
    /// <returns>The image, size × size.</returns>
    /// <exception cref="InputException">The size is outside its range.</exception>
    public static RgbImage Generate(int size, long seed, int index)
    {
        RequireSize(size);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var random = new RandomStream(seed, "flat-colours", index);
        int cells = random.NextInt(1, MostCells);
        var colours = new byte[cells * cells * 3];
        for (int cell = 0; cell < cells * cells; cell++)
        {
            bool isPure = random.Chance(0.4);
            for (int channel = 0; channel < 3; channel++)
            {
                colours[(cell * 3) + channel] = (byte)(isPure ? Math.Min(255, 128 * random.NextInt(0, 2)) : random.NextInt(0, 255));
            }
        }

        var image = new RgbImage(size, size);
        for (int i = 0; i < size * size; i++)
        {
            int cell = (i / size * cells / size * cells) + (i % size * cells / size);
            colours.AsSpan(cell * 3, 3).CopyTo(image.Pixels.AsSpan(i * 3));
        }

        return image;
    }

    /// <summary>Writes images as flat-00000.png, … on all processors; those that exist already are kept, so an interrupted run is
    /// continued.</summary>
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="count">How many images, at least 1.</param>
    /// <param name="size">Width and height in pixels.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="progress">Receives after each image how many of the count are there; null for none.</param>
    /// <param name="cancellation">Stops between images; what is written stays.</param>
    /// <returns>How many images were drawn; the others were there.</returns>
    /// <exception cref="InputException">A value lies outside its range, the folder can't be written, or it holds images of other
    /// options.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static int WriteFolder(
        string folder, int count, int size = 384, long seed = 1, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        RequireSize(size);
        GeneratedFolder.RequireCount(count);
        cancellation.ThrowIfCancellationRequested();
        return new GeneratedFolder(folder, "flat-colours", "flat", Version, new { size, seed })
            .Fill(count, i => Generate(size, seed, i), progress, cancellation);
    }

    private static void RequireSize(int size)
    {
        if (size is < LeastSize or > MostSize)
        {
            throw new InputException($"The size of flat images is {size}; it must be {LeastSize} to {MostSize} pixels.");
        }
    }
}
