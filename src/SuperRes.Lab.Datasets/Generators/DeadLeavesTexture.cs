namespace SuperRes.Lab.Datasets;

/// <summary>What a shape's surface looks like: how far each point lies from the shape's first colour to its second.</summary>
internal readonly struct DeadLeavesTexture
{
    private readonly Kind _kind;
    private readonly uint _seed;
    private readonly int _octaves;
    private readonly float _scale, _gain, _warp, _sharpness, _share;

    /// <summary>Draws a texture at random.</summary>
    /// <param name="random">The image's stream.</param>
    /// <param name="radius">The shape's radius in pixels; patterns range from two pixels to its size.</param>
    public DeadLeavesTexture(RandomStream random, double radius)
    {
        // Half of all textures are noise of many scales, as bark, stone, foliage and cloth seen from afar are.
        _kind = random.NextInt(12) switch
        {
            < 4 => Kind.Noise,
            < 6 => Kind.Fibres,
            6 => Kind.Ridges,
            < 9 => Kind.Stripes,
            9 => Kind.Weave,
            10 => Kind.Spots,
            _ => Kind.Bricks,
        };
        bool noise = _kind is Kind.Noise or Kind.Fibres or Kind.Ridges;
        double largest = noise ? Math.Max(6, radius * 1.5) : Math.Max(5, Math.Min(radius * 0.6, 60));
        double period = noise ? random.Uniform(largest / 3, largest) : 2.2 * Math.Pow(largest / 2.2, random.NextDouble());
        _scale = (float)(1 / period);
        _octaves = 1;
        for (double finest = period; finest > random.Uniform(1.2, 3) && _octaves < 9; finest /= 2)
        {
            _octaves++;
        }

        _gain = (float)random.Uniform(0.55, 0.85);
        _warp = random.Chance(0.5) ? (float)random.Uniform(0.05, 0.6) : 0;
        _sharpness = (float)(random.Chance(0.5) ? 1 : random.Uniform(1.5, 8));
        _share = (float)random.Uniform(0.25, 0.75);
        _seed = (uint)random.NextBits();
    }

    private enum Kind
    {
        Noise,
        Fibres,
        Ridges,
        Stripes,
        Weave,
        Spots,
        Bricks,
    }

    /// <summary>The texture at a point of the shape.</summary>
    /// <param name="u">Pixels along the shape's own axis.</param>
    /// <param name="v">Pixels across it.</param>
    /// <returns>0–1.</returns>
    public float At(float u, float v)
    {
        float x = u * _scale, y = v * _scale;
        return _kind switch
        {
            Kind.Noise => Clamp(0.5f + (0.5f * DeadLeavesNoise.Octaves(x, y, _octaves, _gain, _seed))),
            Kind.Fibres => Clamp(0.5f + (0.5f * DeadLeavesNoise.Octaves(x * 0.12f, y, _octaves, _gain, _seed))),
            Kind.Ridges => Clamp(0.5f + (0.5f * DeadLeavesNoise.Octaves(x, y, _octaves, _gain, _seed, ridged: true))),
            Kind.Stripes => Sharpen(DeadLeavesNoise.Wave(x + Warp(x, y))),
            Kind.Weave => Weave(x + Warp(x, y), y),
            Kind.Spots => Spots(x, y),
            _ => Bricks(x, y),
        };
    }

    private static float Clamp(float value) => value < 0 ? 0 : value > 1 ? 1 : value;

    private float Warp(float x, float y) => _warp == 0 ? 0 : _warp * DeadLeavesNoise.Octaves(x * 0.3f, y * 0.3f, 3, 0.5f, _seed);

    private float Sharpen(float wave) => Clamp(((wave - _share) * _sharpness) + 0.5f);

    private float Weave(float x, float y)
    {
        float across = Sharpen(DeadLeavesNoise.Wave(x)), along = Sharpen(DeadLeavesNoise.Wave(y));
        return across + along - (2 * across * along);
    }

    private float Spots(float x, float y)
    {
        (float distance, float number) = DeadLeavesNoise.Nearest(x, y, _seed);
        return Clamp((((_share * 0.8f) - distance) * _sharpness * 4) + 0.5f) * (0.5f + (0.5f * number));
    }

    private float Bricks(float x, float y)
    {
        float row = MathF.Floor(y * 1.8f);
        float shifted = (x * 0.8f) + (row * 0.5f);
        float column = MathF.Floor(shifted);
        float fromSide = MathF.Min(shifted - column, 1 - (shifted - column)) * 2.2f;
        float fromEdge = MathF.Min(fromSide, MathF.Min((y * 1.8f) - row, 1 - ((y * 1.8f) - row)));
        float rough = DeadLeavesNoise.Octaves(x * 2, y * 2, Math.Min(_octaves, 4), _gain, _seed);
        float face = 0.45f + (0.4f * DeadLeavesNoise.Cell((int)column, (int)row, _seed)) + (0.25f * rough);
        return Clamp(face) * Clamp((fromEdge - 0.06f) * 12);
    }
}
