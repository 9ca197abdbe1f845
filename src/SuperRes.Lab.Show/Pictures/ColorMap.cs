namespace SuperRes.Lab.Show;

/// <summary>Colours for numbers.</summary>
public sealed class ColorMap
{
    private readonly (double R, double G, double B)[] _points;

    private ColorMap(params uint[] points)
    {
        _points = points.Select(p => ((double)(p >> 16), (double)((p >> 8) & 255), (double)(p & 255))).ToArray();
    }

    /// <summary>From dark violet over green to yellow, evenly rising in lightness (the knots of matplotlib's viridis, CC0).</summary>
    public static ColorMap Viridis { get; } = new(0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725);

    /// <summary>From blue over white to vermilion, for signed numbers around zero.</summary>
    public static ColorMap Diverging { get; } = new(0x00355A, 0x0072B2, 0x7FB8DA, 0xF7F7F7, 0xF0A878, 0xD55E00, 0x6B2E00);

    /// <summary>From black to white.</summary>
    public static ColorMap Grey { get; } = new(0x000000, 0xFFFFFF);

    /// <summary>The colour of a number.</summary>
    /// <param name="value">0–1; numbers outside take the end's colour, NaN a mid-grey.</param>
    /// <returns>Red, green and blue.</returns>
    public (byte R, byte G, byte B) At(double value)
    {
        if (double.IsNaN(value))
        {
            return (128, 128, 128);
        }

        double position = Math.Clamp(value, 0, 1) * (_points.Length - 1);
        int below = Math.Min((int)position, _points.Length - 2);
        double part = position - below;
        ((double r0, double g0, double b0), (double r1, double g1, double b1)) = (_points[below], _points[below + 1]);
        return ((byte)Math.Round(r0 + (part * (r1 - r0))), (byte)Math.Round(g0 + (part * (g1 - g0))), (byte)Math.Round(
            b0 + (part * (b1 - b0))));
    }
}
