using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>Where networks compute.</summary>
public static class Devices
{
    private static readonly Lazy<Device> BestHere = new(Find);

    /// <summary>
    /// A GPU through CUDA if there is one, else the processor. The first look at a GPU lets its float32 products and convolutions compute
    /// in TF32 (10 bits of
    /// mantissa, sums in float32).
    /// </summary>
    public static Device Best => BestHere.Value;

    /// <summary>Whether <see cref="Best"/> is a GPU.</summary>
    public static bool HasGpu => Best.type == DeviceType.CUDA;

    private static Device Find()
    {
        if (!cuda.is_available())
        {
            return CPU;
        }

        backends.cuda.matmul.allow_tf32 = true;
        backends.cudnn.allow_tf32 = true;
        return CUDA;
    }
}
