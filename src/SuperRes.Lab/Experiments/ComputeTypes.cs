using static TorchSharp.torch;

namespace SuperRes.Lab.Experiments;

/// <summary>What convolutions compute in while an experiment trains.</summary>
internal static class ComputeTypes
{
    /// <summary>bfloat16 where the experiment asks for it and the device has it; float32 otherwise.</summary>
    /// <param name="precision">What the experiment asks for.</param>
    /// <param name="device">Where it trains.</param>
    /// <param name="log">Gets a sentence where the device hasn't what is asked for.</param>
    public static ScalarType Choose(Precision precision, Device device, Action<string> log)
    {
        if (precision != Precision.Bfloat16)
        {
            return ScalarType.Float32;
        }

        if (!Bfloat16.IsNativeOn(device))
        {
            log("The experiment asks for bfloat16, which this processor has no arithmetic for (avx512_bf16 or amx_bf16): "
                + "it trains in float32.");
            return ScalarType.Float32;
        }

        return ScalarType.BFloat16;
    }
}
