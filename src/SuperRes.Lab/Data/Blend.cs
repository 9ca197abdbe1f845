using System.Runtime.CompilerServices;

namespace SuperRes.Lab.Data;

/// <summary>Arithmetic on pixels of four bytes.</summary>
internal static class Blend
{
    private const uint Even = 0x00FF00FF;

    /// <summary>Interpolates between four neighbours of three-byte pixels; reads seven bytes from the address and from the row below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bilinear(ref byte at, int stride, int fx, int fy)
    {
        uint topLeft = Unsafe.ReadUnaligned<uint>(ref at);
        uint topRight = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, 3));
        uint bottomLeft = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, stride));
        uint bottomRight = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, stride + 3));
        return Bilinear(topLeft, topRight, bottomLeft, bottomRight, fx, fy);
    }

    public static uint Bilinear(PhotoView photo, int left, int top, int right, int bottom, int fx, int fy) =>
        Bilinear(Read(photo, left, top), Read(photo, right, top), Read(photo, left, bottom), Read(photo, right, bottom), fx, fy);

    /// <summary>Interpolates between four pixels; fractions are of 256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bilinear(uint topLeft, uint topRight, uint bottomLeft, uint bottomRight, int fx, int fy)
    {
        // Weights of 16 bits: each channel's sum stays below 2²⁴, and two channels share a 64-bit word.
        uint d = (uint)(fx * fy), c = (uint)(fy << 8) - d, b = (uint)(fx << 8) - d, a = 65536 - b - c - d;
        ulong redBlue = (Spread(topLeft & Even) * a) + (Spread(topRight & Even) * b) + (Spread(bottomLeft & Even) * c) + (Spread(bottomRight & Even) * d);
        uint green = (((topLeft >> 8) & 0xFF) * a) + (((topRight >> 8) & 0xFF) * b) + (((bottomLeft >> 8) & 0xFF) * c) + (((bottomRight >> 8) & 0xFF) * d);
        redBlue += 0x0000_8000_0000_8000;
        uint r = (uint)(redBlue >> 16) & 0xFF, blue = (uint)(redBlue >> 48) & 0xFF;
        return r | (((green + 0x8000) >> 16) << 8) | (blue << 16) | 0xFF000000;
    }

    /// <summary>Lays a colour over a pixel; opacity 0–256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Over(uint under, uint colour, int opacity)
    {
        uint keep = (uint)(256 - opacity), add = (uint)opacity;
        uint redBlue = ((under & Even) * keep) + ((colour & Even) * add) + 0x00800080;
        uint green = (((under >> 8) & 0xFF) * keep) + (((colour >> 8) & 0xFF) * add) + 0x80;
        return ((redBlue >> 8) & Even) | (green & 0xFF00) | 0xFF000000;
    }

    private static ulong Spread(uint redBlue) => (redBlue & 0xFFFF) | ((ulong)(redBlue >> 16) << 32);

    private static uint Read(PhotoView photo, int x, int y)
    {
        int at = ((y * photo.Width) + x) * 3;
        return photo.Pixels[at] | ((uint)photo.Pixels[at + 1] << 8) | ((uint)photo.Pixels[at + 2] << 16);
    }
}
