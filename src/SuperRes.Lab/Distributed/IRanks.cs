using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Distributed;

/// <summary>
/// The processes that train one model together, each on a part of every batch. All ranks call the same members in the same order with the
/// same lengths; each call waits until all have.
/// </summary>
public interface IRanks
{
    /// <summary>This process's number, from 0. Rank 0 writes files and speaks.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int Size { get; }

    /// <summary>Replaces numbers by their sums over all ranks, the same bits on each.</summary>
    /// <param name="values">The numbers.</param>
    void Sum(Span<float> values);

    /// <inheritdoc cref="Sum(Span{float})"/>
    void Sum(Span<double> values);

    /// <summary>Replaces bytes by those of rank 0.</summary>
    /// <param name="bytes">The bytes.</param>
    void Broadcast(Span<byte> bytes);

    /// <summary>
    /// Replaces a tensor's values by their sums over all ranks. What doesn't lie in the processor's memory is copied there and back, where
    /// an implementation has nothing better.
    /// </summary>
    /// <param name="values">float32 or float64, contiguous.</param>
    void Sum(Tensor values)
    {
        if (values.device_type != DeviceType.CPU)
        {
            using Tensor host = values.cpu();
            Sum(host);
            values.copy_(host);
        }
        else if (values.dtype == ScalarType.Float64)
        {
            Sum(MemoryMarshal.Cast<byte, double>(values.bytes));
        }
        else
        {
            Sum(MemoryMarshal.Cast<byte, float>(values.bytes));
        }
    }
}
