using System.Runtime.InteropServices;

namespace SuperRes.Lab.Inference;

/// <summary>How rows of a result are stored in its file.</summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Colours">1 for grey, 3 for RGB.</param>
/// <param name="KeepsAlpha">Whether transparency is stored; otherwise the picture lies over white.</param>
/// <param name="Bits">8 or 16 per channel.</param>
/// <param name="AlphaBits">8 or 16, in which transparency is given.</param>
internal sealed record RowLayout(int Width, int Colours, bool KeepsAlpha, int Bits, int AlphaBits)
{
    private byte[] _packed = [];

    public int Channels => Colours + (KeepsAlpha ? 1 : 0);

    /// <summary>The values of some rows as their bytes, 16-bit ones low byte first; valid until the next call.</summary>
    /// <param name="values">count × width × 3 values in 0–1.</param>
    /// <param name="alpha">count × width values; empty: opaque.</param>
    public ReadOnlySpan<byte> Pack(ReadOnlySpan<float> values, ReadOnlySpan<ushort> alpha)
    {
        int pixels = values.Length / 3, bytes = pixels * Channels * Bits / 8;
        if (_packed.Length != bytes)
        {
            _packed = new byte[bytes];
        }

        Span<ushort> deep = MemoryMarshal.Cast<byte, ushort>(_packed.AsSpan());
        float most = Bits == 8 ? byte.MaxValue : ushort.MaxValue, opaque = AlphaBits == 8 ? byte.MaxValue : ushort.MaxValue;
        for (int i = 0, to = 0; i < pixels; i++)
        {
            float opacity = alpha.IsEmpty ? 1 : alpha[i] / opaque, white = KeepsAlpha ? 0 : 1 - opacity;
            for (int c = 0; c < Colours; c++, to++)
            {
                float value = values[(i * 3) + c];
                Put(to, white > 0 ? (value * opacity) + white : value, deep);
            }

            if (KeepsAlpha)
            {
                Put(to++, opacity, deep);
            }
        }

        return _packed;

        void Put(int at, float value, Span<ushort> shorts)
        {
            float rounded = MathF.Round(value * most);
            if (Bits == 8)
            {
                _packed[at] = (byte)rounded;
            }
            else
            {
                shorts[at] = (ushort)rounded;
            }
        }
    }
}
