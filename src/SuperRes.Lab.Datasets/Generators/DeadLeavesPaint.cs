namespace SuperRes.Lab.Datasets;

/// <summary>A shape's surface: two colours, a texture between them, and shading.</summary>
internal readonly struct DeadLeavesPaint
{
    private readonly (float R, float G, float B) _first, _second;
    private readonly DeadLeavesTexture _texture;
    private readonly bool _textured, _shaded;
    private readonly float _centerX, _centerY, _cos, _sin, _slopeU, _slopeV, _curve, _grain, _grainScale;
    private readonly uint _grainSeed;

    /// <summary>One colour.</summary>
    public DeadLeavesPaint((double L, double A, double B) color) => _first = _second = DeadLeavesPalette.ToRgb(color);

    /// <summary>Draws a surface at random for a shape at a place.</summary>
    public DeadLeavesPaint(
        RandomStream random, DeadLeavesPalette palette, double centerX, double centerY, double radius, (double Sin, double Cos) turn,
        double textureShare)
        : this(random, palette, palette.Pick(random), centerX, centerY, radius, turn, textureShare)
    {
    }

    /// <summary>Draws a surface at random around a given colour.</summary>
    public DeadLeavesPaint(
        RandomStream random, DeadLeavesPalette palette, (double L, double A, double B) color, double centerX, double centerY,
        double radius, (double Sin, double Cos) turn, double textureShare)
    {
        _first = DeadLeavesPalette.ToRgb(color);
        (_centerX, _centerY, _sin, _cos) = ((float)centerX, (float)centerY, (float)turn.Sin, (float)turn.Cos);
        if (radius < 3)
        {
            return;
        }

        _shaded = true;
        (_slopeU, _slopeV) = ((float)(random.Uniform(-0.25, 0.25) / radius), (float)(random.Uniform(-0.25, 0.25) / radius));
        _curve = random.Chance(0.3) ? (float)(random.Uniform(-0.1, 0.4) / (radius * radius)) : 0;
        _second = DeadLeavesPalette.ToRgb(palette.Partner(random, color));
        (_grain, _grainScale) = ((float)(0.08 * random.NextDouble()), (float)(1 / random.Uniform(1.2, 6)));
        _grainSeed = (uint)random.NextBits();
        _textured = radius > 8 && random.Chance(textureShare);
        if (_textured)
        {
            _texture = new DeadLeavesTexture(random, radius);
        }
    }

    /// <summary>Colours one pixel.</summary>
    /// <param name="x">Its place in the image.</param>
    /// <param name="y">Its place in the image.</param>
    /// <param name="pixel">Three bytes.</param>
    public void Write(float x, float y, Span<byte> pixel)
    {
        float share = 0, shade = 1;
        if (_shaded)
        {
            float dx = x - _centerX, dy = y - _centerY;
            float u = (dx * _cos) + (dy * _sin), v = (dy * _cos) - (dx * _sin);

            // Long shapes reach far beyond their radius, where the slope would end in black or white.
            shade = Math.Clamp(1 + (_slopeU * u) + (_slopeV * v) - (_curve * ((u * u) + (v * v))), 0.55f, 1.35f);
            shade += _grain * DeadLeavesNoise.Octaves(u * _grainScale, v * _grainScale, 2, 0.7f, _grainSeed);
            share = _textured ? _texture.At(u, v) : 0;
        }

        pixel[0] = ToByte((_first.R + ((_second.R - _first.R) * share)) * shade);
        pixel[1] = ToByte((_first.G + ((_second.G - _first.G) * share)) * shade);
        pixel[2] = ToByte((_first.B + ((_second.B - _first.B) * share)) * shade);
    }

    private static byte ToByte(float value) => (byte)(Math.Clamp(value, 0, 255) + 0.5f);
}
