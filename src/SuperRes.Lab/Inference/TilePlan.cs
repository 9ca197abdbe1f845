namespace SuperRes.Lab.Inference;

/// <summary>One tile along one axis, in output pixels.</summary>
/// <param name="ReadStart">First pixel that the network sees; a multiple of its size multiple.</param>
/// <param name="ReadEnd">One past the last; the image's edge, or a multiple.</param>
/// <param name="CoreStart">First pixel of the tile proper.</param>
/// <param name="CoreEnd">One past its last.</param>
/// <param name="Blend">How far it fades into its neighbours beyond each inner edge, and they into it.</param>
internal readonly record struct TileSpan(int ReadStart, int ReadEnd, int CoreStart, int CoreEnd, int Blend)
{
    /// <summary>First pixel it gives anything to.</summary>
    public int GiveStart => Math.Max(ReadStart, CoreStart == 0 ? 0 : CoreStart - Blend);

    /// <summary>One past the last pixel it gives anything to, in an image of a length.</summary>
    public int GiveEnd(int length) => CoreEnd == length ? length : Math.Min(length, CoreEnd + Blend);

    /// <summary>Its share of a pixel: the shares of all tiles sum to 1 everywhere.</summary>
    public float Weight(int pixel, int length)
    {
        float rise = CoreStart == 0 ? 1 : Ramp(pixel, CoreStart), fall = CoreEnd == length ? 1 : 1 - Ramp(pixel, CoreEnd);
        return rise * fall;
    }

    private float Ramp(int pixel, int edge) => Blend == 0
        ? (pixel >= edge ? 1 : 0)
        : Math.Clamp((pixel - edge + Blend + 0.5f) / (2 * Blend), 0, 1);
}

/// <summary>How an image is cut so that the parts fit into memory and together give what the whole would.</summary>
/// <param name="Width">Width of the output.</param>
/// <param name="Height">Height of the output.</param>
/// <param name="Core">Width of a tile without its overlap, a multiple of the network's size multiple.</param>
/// <param name="Overlap">What the network sees around a tile, a multiple too.</param>
/// <param name="Blend">Half the width over which neighbours are blended.</param>
/// <param name="IsExact">Whether the overlap reaches as far as the network looks, by its structure or as measured, so that tiles change
/// nothing but rounding.</param>
public sealed record TilePlan(int Width, int Height, int Core, int Overlap, int Blend, bool IsExact)
{
    // Beyond this a larger tile gains little speed and loses memory, cache and progress: with an overlap of 48 pixels a sixth of it is
    // overlap. What looks much further gets tiles of some overlaps across.
    private const long Comfortable = 1_400_000;
    private const int SmallestTile = 16;

    /// <summary>Height of a tile without its overlap, a multiple too.</summary>
    public int CoreHeight { get; init; } = Core;

    /// <summary>How many tiles there are.</summary>
    public int Count => Parts(Width, Core) * Parts(Height, CoreHeight);

    /// <summary>Pixels that the network sees at once at most.</summary>
    public long LargestTilePixels => Math.Min(Width, Core + (2L * Overlap)) * Math.Min(Height, CoreHeight + (2L * Overlap));

    /// <summary>Bytes of the row of tiles that is put together at a time.</summary>
    internal long BandBytes => Math.Min(Height, CoreHeight + (2L * Blend)) * Width * 3 * sizeof(float);

    /// <summary>Bytes of the rows of the small picture that a row of tiles looks at.</summary>
    internal long WindowBytes(int scale)
        => (Math.Min(Height, CoreHeight + (2L * Overlap)) + (16L * scale)) / scale * (Width / scale) * 3 * sizeof(float);

    internal IReadOnlyList<TileSpan> Columns => Spans(Width, Core);

    internal IReadOnlyList<TileSpan> Rows => Spans(Height, CoreHeight);

    /// <summary>Plans the tiles of an image.</summary>
    /// <param name="width">Width of the output.</param>
    /// <param name="height">Height of the output.</param>
    /// <param name="network">The network.</param>
    /// <param name="options">Tile and overlap.</param>
    /// <param name="networkBytes">Memory that the network may take.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="InputException">Not even the smallest tile fits.</exception>
    internal static TilePlan Create(int width, int height, UpscaleNetwork network, UpscaleOptions options, long networkBytes)
    {
        TilePlan plan = Create(width, height, network, network.ReceptiveRadius, options, networkBytes);
        // How far the network really looks is measured for pictures some times as large as what it is measured on.
        const int TimesAsLarge = 4;
        long measured = 2L * network.ReceptiveRadius;
        return plan.Count == 1 || network.SeenRadius is null || (long)width * height < TimesAsLarge * measured * measured ? plan
            : Create(width, height, network, Math.Min(network.SeenRadius(), network.ReceptiveRadius), options, networkBytes);
    }

    private static TilePlan Create(
        int width, int height, UpscaleNetwork network, int reach, UpscaleOptions options, long networkBytes)
    {
        int multiple = Math.Max(1, network.SizeMultiple);
        long pixels = networkBytes / network.WorkingBytesPerPixel;
        int smallest = Up(SmallestTile, multiple);
        if (pixels < (long)smallest * smallest)
        {
            throw new InputException(
                $"{networkBytes:N0} bytes of memory are left for {network.Name}, too few for a tile of {smallest}×{smallest} pixels; "
                    + $"raise the memory limit.");
        }

        int radius = Math.Min(reach, Math.Max(width, height));
        int overlap = Up(Math.Min(Math.Max(options.Overlap ?? 0, radius), Math.Max(width, height)), multiple);
        if (network.FixedSide > 0)
        {
            return Fixed(width, height, network.FixedSide, overlap, radius, multiple);
        }

        for (; ; pixels /= 2)
        {
            TilePlan plan = options.Tile > 0
                ? Chosen(width, height, Up(options.Tile, multiple), overlap, radius, multiple, pixels)
                : Automatic(width, height, overlap, radius, multiple, pixels, network.TileOverlaps);
            // A very wide image's rows may take what was meant for the network: smaller tiles leave it more.
            if (plan.BandBytes + plan.WindowBytes(network.Scale) + (
                plan.LargestTilePixels * network.WorkingBytesPerPixel) <= networkBytes + (networkBytes / 4))
            {
                return plan;
            }

            if (pixels / 2 < (long)smallest * smallest)
            {
                throw new InputException(
                    $"{networkBytes:N0} bytes of memory are left for {network.Name}, too few for a row of {width:N0} pixels; raise the "
                        + $"memory limit.");
            }
        }
    }

    private static TilePlan Automatic(
        int width, int height, int overlap, int radius, int multiple, long pixels, double overlaps)
    {
        long most = Math.Max(Comfortable, (long)(overlaps * overlap * overlaps * overlap));
        if ((long)Up(width, multiple) * Up(height, multiple) <= Math.Min(pixels, most))
        {
            return new(width, height, Up(Math.Max(width, height), multiple), 0, 0, IsExact: true);
        }

        // An overlap of three tenths of what the network sees already costs six times the plain work.
        int side = Down((int)Math.Sqrt(Math.Min(pixels, most)), multiple);
        int affordable = Math.Min(overlap, Down(side * 3 / 10, multiple));
        int core = Math.Max(multiple, Down(side - (2 * affordable), multiple));
        (int wide, int tall) = Even(width, height, core, affordable, multiple, Math.Min(pixels, most / 5 * 6));
        return Make(width, height, wide, affordable, radius, tall);
    }

    /// <summary>Width and height of tiles of at most some pixels, overlap included, of which the network sees fewest in all: each further
    /// row or column of tiles costs an overlap on both sides of its edge. A square where none are better.</summary>
    private static (int Wide, int Tall) Even(int width, int height, int core, int overlap, int multiple, long pixels)
    {
        (int Wide, int Tall) best = (core, core);
        for (int columns = 1; columns <= Parts(width, core) * 2; columns++)
        {
            int wide = Up(Parts(width, columns), multiple);
            long tallest = pixels / Math.Min(width, wide + (2L * overlap));
            int least = Down((int)Math.Min(tallest >= height ? height : tallest - (2L * overlap), int.MaxValue / 4), multiple);
            if (least >= multiple || tallest >= height)
            {
                int tall = tallest >= height ? Up(height, multiple) : Up(Parts(height, Parts(height, least)), multiple);
                best = Seen(wide, tall) < Seen(best.Wide, best.Tall) ? (wide, tall) : best;
            }
        }

        return best;

        long Seen(int wide, int tall) =>
            (width + (2L * overlap * (Parts(width, wide) - 1))) * (height + (2L * overlap * (Parts(height, tall) - 1)));
    }

    /// <summary>Tiles that with their overlap fill a network of one size.</summary>
    private static TilePlan Fixed(int width, int height, int side, int overlap, int radius, int multiple)
    {
        if (width <= side && height <= side)
        {
            return new(width, height, Up(side, multiple), 0, 0, IsExact: true);
        }

        int kept = Math.Min(overlap, Down(side / 4, multiple));
        return Make(width, height, Math.Max(multiple, Down(side - (2 * kept), multiple)), kept, radius);
    }

    private static TilePlan Chosen(int width, int height, int core, int overlap, int radius, int multiple, long pixels)
    {
        int side = Down((int)Math.Min(Math.Sqrt(pixels), int.MaxValue / 4), multiple);
        core = Math.Min(core, side);
        bool fits = new TilePlan(width, height, core, overlap, 0, true).LargestTilePixels <= pixels;
        return Make(width, height, core, fits ? overlap : Down((side - core) / 2, multiple), radius);
    }

    private static TilePlan Make(int width, int height, int core, int overlap, int radius, int? coreHeight = null)
    {
        int tall = coreHeight ?? core;
        bool exact = overlap >= radius || (core >= width && tall >= height);
        // Where the overlap falls short, half of it is blended: the outer half is the least true.
        int blend = Math.Min(overlap >= radius ? overlap - radius : overlap / 2, Math.Min(core, tall) / 2);
        return new(width, height, core, overlap, blend, exact) { CoreHeight = tall };
    }

    private static int Parts(int length, int part) => (length + part - 1) / part;

    private TileSpan[] Spans(int length, int core)
    {
        var spans = new TileSpan[Parts(length, core)];
        for (int i = 0; i < spans.Length; i++)
        {
            int start = i * core, end = Math.Min(length, start + core);
            spans[i] = new(Math.Max(0, start - Overlap), Math.Min(length, end + Overlap), start, end, Blend);
        }

        return spans;
    }

    private static int Up(int value, int multiple) => checked((value + multiple - 1) / multiple * multiple);

    private static int Down(int value, int multiple) => value / multiple * multiple;
}
