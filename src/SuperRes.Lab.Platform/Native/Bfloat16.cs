using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Native;

/// <summary>Whether bfloat16 arithmetic is worth asking for.</summary>
public static class Bfloat16
{
    private const int ExtendedFeatures = 7, Avx512Bf16Bit = 5, AmxBf16Bit = 22;

    /// <summary>Whether a device computes in bfloat16 itself: GPUs, and processors with avx512_bf16 or amx_bf16. Others imitate it, slower
    /// than float32.</summary>
    /// <param name="device">The device.</param>
    /// <returns>True if so.</returns>
    public static bool IsNativeOn(Device device) => device.type != DeviceType.CPU || IsNativeOnProcessor;

    /// <summary>The same of this processor, without torch.</summary>
    internal static bool IsNativeOnProcessor => Avx512F.IsSupported && X86Base.CpuId(0, 0).Eax >= ExtendedFeatures
        && (((X86Base.CpuId(ExtendedFeatures, 1).Eax >> Avx512Bf16Bit) & 1) != 0 || (
            (X86Base.CpuId(ExtendedFeatures, 0).Edx >> AmxBf16Bit) & 1) != 0);
}
