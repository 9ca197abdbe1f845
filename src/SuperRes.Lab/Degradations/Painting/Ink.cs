namespace SuperRes.Lab.Degradations;

/// <summary>Colours that people and programs write with.</summary>
internal static class Ink
{
    /// <summary>White and black most often, else a grey or a colour.</summary>
    public static uint Draw(RandomStream random)
    {
        double kind = random.NextDouble();
        uint bits = (uint)random.NextBits();
        return kind < 0.35 ? 0xFFFFFFFF
            : kind < 0.6 ? 0xFF000000
            : kind < 0.7 ? ((bits & 0xFF) * 0x010101) | 0xFF000000
            : bits | 0xFF000000;
    }
}
