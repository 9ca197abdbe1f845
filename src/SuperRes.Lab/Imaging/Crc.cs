namespace SuperRes.Lab.Imaging;

/// <summary>The 32-bit checksum of PNG's chunks (ISO 3309).</summary>
internal static class Crc
{
    public const uint Start = 0xFFFFFFFF;

    private static readonly uint[] _table = Table();

    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            crc = _table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return crc;
    }

    public static uint Finish(uint crc) => ~crc;

    private static uint[] Table()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) * 0xEDB88320);
            }

            table[i] = value;
        }

        return table;
    }
}
