namespace SuperRes.Lab.Datasets;

/// <summary>
/// What stands where in one image: a few regions with palettes of their own, some cluttered down to the pixel as foliage is, some calm
/// as sky or walls are. Photos owe their smooth areas beside busy ones to this, and their heavy-tailed gradients.
/// </summary>
internal sealed class DeadLeavesScene
{
    private readonly Region[] _regions;
    private readonly float _warpScale;
    private readonly uint _seed;

    public DeadLeavesScene(RandomStream random, DeadLeavesOptions options)
    {
        (double L, double A, double B) around =
            (random.Uniform(30, 68), 5 * DeadLeavesPalette.Bell(random), 8 * DeadLeavesPalette.Bell(random));
        double chroma = random.Uniform(2, 16);
        double calmest = Math.Max(1, options.MaxRadiusShare * options.Size / 4 / options.MinRadius);
        _regions = new Region[random.NextInt(2, 7)];
        for (int i = 0; i < _regions.Length; i++)
        {
            double smallest = options.MinRadius * Math.Pow(calmest, random.NextDouble());
            float x = (float)(random.NextDouble() * options.Size), y = (float)(random.NextDouble() * options.Size);
            _regions[i] = new Region(x, y, smallest, new DeadLeavesPalette(random, around, chroma));
        }

        (_warpScale, _seed) = (3f / options.Size, (uint)random.NextBits());
    }

    /// <summary>The region that a point lies in: that of the nearest seed, with borders bent by noise.</summary>
    public Region At(double x, double y)
    {
        float scale = 0.9f / _warpScale;
        float px = (float)x + (scale * DeadLeavesNoise.Octaves((float)x * _warpScale, (float)y * _warpScale, 3, 0.5f, _seed));
        float py = (float)y + (scale * DeadLeavesNoise.Octaves((float)x * _warpScale, (float)y * _warpScale, 3, 0.5f, ~_seed));
        Region nearest = _regions[0];
        float best = float.MaxValue;
        foreach (Region region in _regions)
        {
            float square = ((region.X - px) * (region.X - px)) + ((region.Y - py) * (region.Y - py));
            if (square < best)
            {
                (best, nearest) = (square, region);
            }
        }

        return nearest;
    }

    /// <summary>A region.</summary>
    /// <param name="X">Its seed.</param>
    /// <param name="Y">Its seed.</param>
    /// <param name="SmallestRadius">Smaller shapes do not lie in it.</param>
    /// <param name="Palette">Its colours.</param>
    internal sealed record Region(float X, float Y, double SmallestRadius, DeadLeavesPalette Palette);
}
