using System.Runtime.CompilerServices;

namespace SuperRes.Lab.Degradations;

/// <summary>Arithmetic on pixels of four bytes.</summary>
internal static class Blend
{
    private const uint Even = 0x00FF00FF;

    /// <summary>Lays a colour over a pixel; opacity 0–256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Over(uint under, uint colour, int opacity)
    {
        uint keep = (uint)(256 - opacity), add = (uint)opacity;
        uint redBlue = ((under & Even) * keep) + ((colour & Even) * add) + 0x00800080;
        uint green = (((under >> 8) & 0xFF) * keep) + (((colour >> 8) & 0xFF) * add) + 0x80;
        return ((redBlue >> 8) & Even) | (green & 0xFF00) | 0xFF000000;
    }
}
