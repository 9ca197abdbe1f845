using System.Runtime.CompilerServices;

namespace SuperRes.Lab.Datasets;

/// <summary>Repeatable noise over the plane from integer hashes and polynomials.</summary>
internal static class DeadLeavesNoise
{
    /// <summary>A number in [0, 1) that belongs to a cell of the integer grid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Cell(int x, int y, uint seed)
    {
        uint hash = ((uint)x * 0x8DA6B343) ^ ((uint)y * 0xD8163841) ^ seed;
        hash = (hash ^ (hash >> 15)) * 0x2C1B3C6D;
        hash = (hash ^ (hash >> 12)) * 0x297A2D39;
        return (hash >> 8) * (1f / (1 << 24));
    }

    /// <summary>Smooth noise in −1 to 1 with features one unit wide.</summary>
    public static float Smooth(float x, float y, uint seed)
    {
        float floorX = MathF.Floor(x), floorY = MathF.Floor(y);
        (int column, int row) = ((int)floorX, (int)floorY);
        float fx = x - floorX, fy = y - floorY;
        fx = fx * fx * (3 - (2 * fx));
        fy = fy * fy * (3 - (2 * fy));
        float top = Cell(column, row, seed), bottom = Cell(column, row + 1, seed);
        top += (Cell(column + 1, row, seed) - top) * fx;
        bottom += (Cell(column + 1, row + 1, seed) - bottom) * fx;
        return ((top + ((bottom - top) * fy)) * 2) - 1;
    }

    /// <summary>Octaves of noise, each half as wide as the one before and turned so that the grid does not show.</summary>
    /// <param name="x">Position in units of the coarsest octave.</param>
    /// <param name="y">Position in units of the coarsest octave.</param>
    /// <param name="octaves">How many.</param>
    /// <param name="gain">Each octave's strength relative to the one before; 0.5 is smooth, 0.8 rough.</param>
    /// <param name="seed">Another seed gives another pattern.</param>
    /// <param name="ridged">Folds the noise so that zero crossings become ridges.</param>
    /// <returns>About −1 to 1.</returns>
    public static float Octaves(float x, float y, int octaves, float gain, uint seed, bool ridged = false)
    {
        float sum = 0, amplitude = 1, total = 0;
        for (int i = 0; i < octaves; i++)
        {
            float value = Smooth(x, y, seed + ((uint)i * 0x9E3779B9));
            sum += (ridged ? 1 - (2 * MathF.Abs(value)) : value) * amplitude;
            total += amplitude * amplitude;
            amplitude *= gain;
            (x, y) = ((x * 1.6f) - (y * 1.2f), (x * 1.2f) + (y * 1.6f));
        }

        // Octaves are independent, so their strengths add by squares; 1.6 spreads the result over the range.
        return sum * 1.6f / MathF.Sqrt(total);
    }

    /// <summary>A smooth wave of period 1 between 0 and 1, a cubic in place of a sine.</summary>
    public static float Wave(float x)
    {
        float t = MathF.Abs((2 * (x - MathF.Floor(x))) - 1);
        return t * t * (3 - (2 * t));
    }

    /// <summary>The distance to the nearest of points scattered one to a unit cell, and that point's own number.</summary>
    public static (float Distance, float Number) Nearest(float x, float y, uint seed)
    {
        (int column, int row) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
        float best = float.MaxValue, number = 0;
        for (int r = row - 1; r <= row + 1; r++)
        {
            for (int c = column - 1; c <= column + 1; c++)
            {
                float dx = c + Cell(c, r, seed) - x, dy = r + Cell(c, r, seed ^ 0x5BD1E995) - y;
                float square = (dx * dx) + (dy * dy);
                if (square < best)
                {
                    (best, number) = (square, Cell(c, r, seed ^ 0x1B873593));
                }
            }
        }

        return (MathF.Sqrt(best), number);
    }
}
