using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Degradations;

/// <summary>Filters a canvas along its rows and then along its columns, with 8 bits between, as Pillow does.</summary>
internal static class SeparableFilter
{
    /// <summary>Filters in both directions.</summary>
    public static unsafe void Apply(Canvas source, SeparableKernel across, SeparableKernel down, Canvas between, Canvas result)
    {
        between.SetSize(across.Outputs, source.Height);
        var from = (byte*)source.Address;
        SeparablePasses.Across(from, from + source.Bytes.Length, source.Width, 4, across, (byte*)between.Address, 0, source.Height);
        result.SetSize(across.Outputs, down.Outputs);
        SeparablePasses.Down((byte*)between.Address, between.Width * 4, down, (byte*)result.Address, 0, down.Outputs);
    }
}
