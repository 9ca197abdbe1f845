using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>A photo's alpha channel at the size of its enlargement.</summary>
internal static class EnlargedAlpha
{
    /// <summary>Its 8-bit alpha; null where it has none.</summary>
    public static byte[]? Of(PhotoInput photo, RowSource rows)
        => photo.Alpha is null ? null
            : Resampler.ResizePlane(photo.Alpha, photo.Rows.Width, photo.Rows.Height, rows.Width, rows.Height, ResampleFilter.Lanczos);

    /// <summary>Its 16-bit alpha; null where it has none.</summary>
    public static ushort[]? DeepOf(PhotoInput photo, RowSource rows)
    {
        if (photo.DeepAlpha is null)
        {
            return null;
        }

        using Tensor alpha = Resampler.Resize(photo.DeepAlpha, rows.Height, rows.Width, ResampleFilter.Lanczos);
        return Array.ConvertAll(alpha.data<float>().ToArray(), DeepPng.To16);
    }
}
